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
    <name>BackupAction</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Changes</name>
    <message numerus="yes">
        <source>%n people are %1 now</source>
        <translation>
            <numerusform>%n person is %1 now</numerusform>
            <numerusform>%n people are %1 now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people were deleted</source>
        <translation>
            <numerusform>%n person was deleted</numerusform>
            <numerusform>%n people were deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos of %1 were removed</source>
        <translation>
            <numerusform>%n photo of %1 were removed</numerusform>
            <numerusform>%n photos of %1 were removed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos moved from %1 to %2</source>
        <translation>
            <numerusform>%n photo moved from %1 to %2</numerusform>
            <numerusform>%n photos moved from %1 to %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 was split into %n people</source>
        <translation>
            <numerusform>%1 was split into %n person</numerusform>
            <numerusform>%1 was split into %n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos do show %1</source>
        <translation>
            <numerusform>%n photo does show %1</numerusform>
            <numerusform>%n photos do show %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n faces may be taken for %1 again</source>
        <translation>
            <numerusform>%n face may be taken for %1 again</numerusform>
            <numerusform>%n faces may be taken for %1 again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people were enrolled</source>
        <translation>
            <numerusform>%n person was enrolled</numerusform>
            <numerusform>%n people were enrolled</numerusform>
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
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
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
        <source>In their folders, besides photos: %n other file(s)</source>
        <translation>
            <numerusform>In their folders, besides photos: %n other file</numerusform>
            <numerusform>In their folders, besides photos: %n other files</numerusform>
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
    <message numerus="yes">
        <source>What was computed of faces, with exports in the database folder: %n file(s)</source>
        <translation>
            <numerusform>What was computed of faces, with exports in the database folder: %n file</numerusform>
            <numerusform>What was computed of faces, with exports in the database folder: %n files</numerusform>
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
    <name>MixedCard</name>
    <message numerus="yes">
        <source>These look like %n people</source>
        <translation>
            <numerusform>This looks like %n person</numerusform>
            <numerusform>These look like %n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The photos of %1 look like %n people</source>
        <translation>
            <numerusform>The photos of %1 look like %n person</numerusform>
            <numerusform>The photos of %1 look like %n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message numerus="yes">
        <source>{name}: a face in {found} of %n photo(s), {ms} ms each</source>
        <translation>
            <numerusform>{name}: a face in {found} of %n photo, {ms} ms</numerusform>
            <numerusform>{name}: a face in {found} of %n photos, {ms} ms each</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MoreSources</name>
    <message numerus="yes">
        <source>%n sources, {slowest} to {fastest} pictures a second each.</source>
        <translation>
            <numerusform>%n source, {slowest} to {fastest} pictures a second.</numerusform>
            <numerusform>%n sources, {slowest} to {fastest} pictures a second each.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>That is more than this computer carries: about %n at once. Close one, or choose “Large faces, fastest” below.</source>
        <translation>
            <numerusform>That is more than this computer carries: about %n at once. Close one, or choose “Large faces, fastest” below.</numerusform>
            <numerusform>That is more than this computer carries: about %n at once. Close one, or choose “Large faces, fastest” below.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NamingPage</name>
    <message numerus="yes">
        <source>Who are these %n people?</source>
        <translation>
            <numerusform>Who is this %n person?</numerusform>
            <numerusform>Who are these %n people?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a face</source>
        <translation>
            <numerusform>%n without a face</numerusform>
            <numerusform>%n without a face</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable</source>
        <translation>
            <numerusform>%n unreadable</numerusform>
            <numerusform>%n unreadable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) left out: too small, cut off or blurred to be enrolled</source>
        <translation>
            <numerusform>%n person left out: too small, cut off or blurred to be enrolled</numerusform>
            <numerusform>%n people left out: too small, cut off or blurred to be enrolled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Enroll %n people</source>
        <translation>
            <numerusform>&amp;Enroll %n person</numerusform>
            <numerusform>&amp;Enroll %n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message numerus="yes">
        <source>At least %n letter(s); four or five words are better.</source>
        <translation>
            <numerusform>At least %n letter; four or five words are better.</numerusform>
            <numerusform>At least %n letters; four or five words are better.</numerusform>
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
    <message numerus="yes">
        <source>&amp;Enroll all %n</source>
        <translation>
            <numerusform>&amp;Enroll all %n</numerusform>
            <numerusform>&amp;Enroll all %n</numerusform>
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
        <source>%n people chosen</source>
        <translation>
            <numerusform>%n person chosen</numerusform>
            <numerusform>%n people chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n taken while watching</source>
        <translation>
            <numerusform>%n taken while watching</numerusform>
            <numerusform>%n taken while watching</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Seen %n times, last on %1 (%2)</source>
        <translation>
            <numerusform>Seen %n time, last on %1 (%2)</numerusform>
            <numerusform>Seen %n times, last on %1 (%2)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos chosen</source>
        <translation>
            <numerusform>%n photo chosen</numerusform>
            <numerusform>%n photos chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos need a look</source>
        <translation>
            <numerusform>%n photo needs a look</numerusform>
            <numerusform>%n photos need a look</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoDialog</name>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n face</numerusform>
            <numerusform>%n faces</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PresetPicker</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <extracomment>Presets with a card of their own, in this order; all others are recipes. The chosen one.</extracomment>
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
</context>
<context>
    <name>RejectedCard</name>
    <message numerus="yes">
        <source>%n faces were said not to be this person. A click takes one back.</source>
        <translation>
            <numerusform>%n face was said not to be this person. A click takes it back.</numerusform>
            <numerusform>%n faces were said not to be this person. A click takes one back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RestoreAction</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
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
        <source>about %n minutes left</source>
        <translation>
            <numerusform>about %n minute left</numerusform>
            <numerusform>about %n minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are recognised now</source>
        <translation>
            <numerusform>%n person is recognised now</numerusform>
            <numerusform>%n people are recognised now</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunsController</name>
    <message numerus="yes">
        <source>%n training(s) will be deleted.</source>
        <translation>
            <numerusform>%n training will be deleted.</numerusform>
            <numerusform>%n trainings will be deleted.</numerusform>
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
    <name>SplitDialog</name>
    <message numerus="yes">
        <source>These photos of %1 look like %n people</source>
        <translation>
            <numerusform>These photos of %1 look like %n person</numerusform>
            <numerusform>These photos of %1 look like %n people</numerusform>
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
    <name>StrangersFetcher</name>
    <message numerus="yes">
        <source>Faces of %n stranger(s) are there; trained models are tried on them.</source>
        <translation>
            <numerusform>The face of %n stranger is there; trained models are tried on it.</numerusform>
            <numerusform>Faces of %n strangers are there; trained models are tried on them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Train</name>
    <message numerus="yes">
        <source>These photos look like %n people.</source>
        <translation>
            <numerusform>These photos look like %n person.</numerusform>
            <numerusform>These photos look like %n people.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n photos</source>
        <translation>
            <numerusform>&amp;Delete %n photo</numerusform>
            <numerusform>&amp;Delete %n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos were removed.</source>
        <translation>
            <numerusform>%n photo was removed.</numerusform>
            <numerusform>%n photos were removed.</numerusform>
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
    <name>_MessageCard</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
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
        <source>Delete %n people?</source>
        <translation>
            <numerusform>Delete %n person?</numerusform>
            <numerusform>Delete %n people?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n photos of %1?</source>
        <translation>
            <numerusform>Remove %n photo of %1?</numerusform>
            <numerusform>Remove %n photos of %1?</numerusform>
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
        <source>Make %n people one: whose name stays?</source>
        <translation>
            <numerusform>Make %n person one: whose name stays?</numerusform>
            <numerusform>Make %n people one: whose name stays?</numerusform>
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
