<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About facecam</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognises the people you enroll, on this computer only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>facecam itself: MIT licence. Its icons were drawn for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window uses Qt through PySide6 under the LGPL v3; you may replace it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message (Esc)</source>
        <extracomment>More would push the tab out of sight; the oldest gives way.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BugDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts the report on the clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is a fault in facecam, not in what you did.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your people and photos are as they were. The window goes on working. Please send us this report; it stays on this computer until you do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DemoProfile</name>
    <message>
        <source>Preparing the demo…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A few seconds the first time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are looking at the demo people.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your own people and photos are untouched. One of the three is a stranger on purpose.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back to my people</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GuidePage</name>
    <message>
        <source>Picture of the camera</source>
        <extracomment>Towards where the head goes, in a mirror; what the arrow shows.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the camera…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trying to reach it again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;kip this pose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with the next pose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the last photo again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop here and keep the photos taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and throw these photos away (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If this is difficult, it is left out in %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photo is taken by itself.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GuideRunner</name>
    <message>
        <source>camera</source>
        <extracomment>The shots, and the error that ended the guide or None.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Network that recognises faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network that recognises faces is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to choose another network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tune one on your people…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder of &amp;photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the &amp;demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About facecam…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Housekeeping</name>
    <message>
        <source>Rebuilding the gallery</source>
        <extracomment>Several changes at once are looked at once.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing the models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changing the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One thing at a time: wait for what runs, or stop it below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) could not be enrolled again</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>They have no usable photo; look at them in Enroll.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery is up to date again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done: the model is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Repair now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your people were enrolled with another model; nobody would be recognised.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rebuilding makes the gallery anew from your photos. Nothing else changes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rebuild now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>One moment…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit facecam?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still running: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is stopped safely; what was saved before stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Stop and quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go on working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photos are in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PeoplePane</name>
    <message>
        <source>&amp;New person…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enrol somebody new (Ctrl+N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to take back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back: %1 (Ctrl+Z)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only people whose name holds these words (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>1 person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rename…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Merge with…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PersonPane</name>
    <message>
        <source>Nobody chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose somebody in the list to see their photos.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not enrolled yet: take photos or add some.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the photos: %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename (F2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Merge…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make this person and another one the same person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this person (Del)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Enrol from these photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make this person known by the photos that are there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove photo…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the chosen photo (Del)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos need a look</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>1 photo needs a look</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PhotoGrid</name>
    <message>
        <source>Photos of this person</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PoseRow</name>
    <message>
        <source>Photos from: %1</source>
        <extracomment>Where the nose is in the head, as shares of its half width; left is the person&apos;s own, seen in a mirror.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingEditor</name>
    <message>
        <source>automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hog: fast, upright faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cnn: turned faces too, slower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mtcnn: small faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>f32: exact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bf16: faster where the processor has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>f16: faster where the processor has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <extracomment>Least, most, step of numbers: what `Settings` checks, and no more.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>&amp;Detector</source>
        <extracomment>Fields of `Settings` in the order of the pages. Fields not named here are for the command line.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Smallest face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Enlarge pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Accept a name below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;rithmetic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Training computes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Photos of people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Gallery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <extracomment>Of a combo box in our stylesheet; the words beside it are centred in that.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Recognition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Privacy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures of strangers are only ever in memory, never on disk, until you give them a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep unknown faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep a &amp;log of who was seen when</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A text file beside the gallery; deleting a person removes their lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer. There are no accounts and no statistics.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The language changes when facecam is started again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Enroll people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognise live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen on and off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed of the stages in Live</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Looking at your people…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop this</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{processor}
Arithmetic of the networks: {precision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gallery of another model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gallery damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) not enrolled yet</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>gallery up to date</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tabs</name>
    <message>
        <source>Enroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make people known, by camera or from photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tune the network on your people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognise people in live video</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VerdictList</name>
    <message>
        <source>Photos and what became of them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Enroll the &amp;first person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With the camera or from photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show me the &amp;demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With demo people; your own folders stay untouched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome to facecam</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It learns the faces you show it and recognises them in live video.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything stays on this computer: no picture and no face is ever sent anywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 · Enroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show a face to the camera, or choose a few photos. Five are enough.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2 · Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See names above faces at once. Strangers stay unknown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3 · Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If you like: fine-tune the network on your people, and keep it only if it is better.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>Check the spelling of the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no model {} in {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>finds faces: hog from 80 px, cnn also turned ones but slower, mtcnn from 40 px</source>
        <extracomment>Where the help of the declaration speaks of flags.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>distance below which a face gets a name; automatic takes the model&apos;s own, which was measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>doubles pictures this many times to see smaller faces; slower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>where the vectors of people&apos;s faces are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>where the networks are kept</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>enroll</name>
    <message>
        <source>By name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most photos first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting…</source>
        <extracomment>The report has the last word; until then a verdict is a first impression.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose face…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is the same person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>not enrolled yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>known without photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>few photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>very good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are photos, but this person is not recognised yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognised by imported data. Photos would keep the person after a training.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Three or more photos make recognition much more certain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognised well. More photos from other sides make it more certain still.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognised very well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Several faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Face too small</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blurred</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too bright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too little contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turned away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Already there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlike the others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it in a picture program and save it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo that shows the face from the front.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say which face is meant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo taken from nearer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a sharper photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo with light on the face.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo with less light.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo with more contrast.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a photo facing the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to do: the same picture is there already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check whether it shows the same person.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get ready: look into the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show your face to the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only one person, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Come closer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move back a little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to the middle of the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More light on your face, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Less light, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look straight into the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold your head upright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn your head a little to the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn your head a little to the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn back a little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raise your chin a little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower your chin a little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now smile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
