<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>AlertPage</name>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataCard</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n usable face(s)</source>
        <translation>
            <numerusform>%n usable face</numerusform>
            <numerusform>%n usable faces</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Enrolling</name>
    <message numerus="yes">
        <source>Looking at photos of %n people</source>
        <translation>
            <numerusform>Looking at photos of %n person</numerusform>
            <numerusform>Looking at photos of %n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ErasureDialog</name>
    <message numerus="yes">
        <source> and %n more</source>
        <translation>
            <numerusform> and %n more</numerusform>
            <numerusform> and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The log: %n visit(s)</source>
        <translation>
            <numerusform>The log: %n visit</numerusform>
            <numerusform>The log: %n visits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was said to be no face: %n place(s)</source>
        <translation>
            <numerusform>What was said to be no face: %n place</numerusform>
            <numerusform>What was said to be no face: %n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FaceDialog</name>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n face</numerusform>
            <numerusform>%n faces</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilmControl</name>
    <message numerus="yes">
        <source>%n more</source>
        <extracomment>Marks are drawn anew at most this often. Lanes of people, before the rest share one.</extracomment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Housekeeping</name>
    <message numerus="yes">
        <source>%n person(s) could not be enrolled again</source>
        <translation>
            <numerusform>%n person could not be enrolled again</numerusform>
            <numerusform>%n people could not be enrolled again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LiveActions</name>
    <message numerus="yes">
        <source>%n mark(s) forgotten.</source>
        <translation>
            <numerusform>%n mark forgotten.</numerusform>
            <numerusform>%n marks forgotten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) saved</source>
        <translation>
            <numerusform>%n picture saved</numerusform>
            <numerusform>%n pictures saved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n visit(s) saved.</source>
        <translation>
            <numerusform>%n visit saved.</numerusform>
            <numerusform>%n visits saved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LiveTimes</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePane</name>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleState</name>
    <message numerus="yes">
        <source>The database was made anew: %n people.</source>
        <translation>
            <numerusform>The database was made anew: %n person.</numerusform>
            <numerusform>The database was made anew: %n people.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonPane</name>
    <message numerus="yes">
        <source>%n photos need a look</source>
        <translation>
            <numerusform>%n photo needs a look</numerusform>
            <numerusform>%n photos need a look</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message numerus="yes">
        <source>In use now, also by Live: %n person(s) are known.</source>
        <translation>
            <numerusform>In use now, also by Live: %n person is known.</numerusform>
            <numerusform>In use now, also by Live: %n people are known.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n held-out photo(s)</source>
        <translation>
            <numerusform>%n held-out photo</numerusform>
            <numerusform>%n held-out photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %n person(s), none of these photos was trained on.</source>
        <translation>
            <numerusform>Of %n person; none of these photos was trained on.</numerusform>
            <numerusform>Of %n people; none of these photos was trained on.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message numerus="yes">
        <source>%n people are recognised now</source>
        <translation>
            <numerusform>%n person is recognised now</numerusform>
            <numerusform>%n people are recognised now</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) not enrolled yet</source>
        <translation>
            <numerusform>%n person not enrolled yet</numerusform>
            <numerusform>%n people not enrolled yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrainingSidePanel</name>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_GroupRow</name>
    <message numerus="yes">
        <source>Unknown person, seen %n time(s)</source>
        <translation>
            <numerusform>Unknown person, seen %n time</numerusform>
            <numerusform>Unknown person, seen %n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>enroll</name>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other files in these folders</source>
        <translation>
            <numerusform>%n other file in these folders</numerusform>
            <numerusform>%n other files in these folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face vectors, in every saved copy of the database</source>
        <translation>
            <numerusform>%n face vector, in every saved copy of the database</numerusform>
            <numerusform>%n face vectors, in every saved copy of the database</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enroll %n people, each by the name of the folder?</source>
        <translation>
            <numerusform>Enroll %n person by the name of the folder?</numerusform>
            <numerusform>Enroll %n people, each by the name of the folder?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
