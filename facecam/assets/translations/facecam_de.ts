<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About facecam</source>
        <translation>Über facecam</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Recognises the people you enroll, on this computer only.</source>
        <translation>Erkennt die Menschen, die Sie ihm zeigen – nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>&amp;Packages</source>
        <translation>&amp;Pakete</translation>
    </message>
    <message>
        <source>facecam itself: MIT licence. Its icons were drawn for it.</source>
        <translation>facecam selbst: MIT-Lizenz. Die Symbole wurden eigens gezeichnet.</translation>
    </message>
    <message>
        <source>The window uses Qt through PySide6 under the LGPL v3; you may replace it.</source>
        <translation>Das Fenster verwendet Qt über PySide6 unter der LGPL v3; Sie dürfen es austauschen.</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>Lizenz: {licence}</translation>
    </message>
</context>
<context>
    <name>AddPage</name>
    <message>
        <source>Photos of %1</source>
        <extracomment>What the chooser&apos;s last entries stand for. Faces of a &quot;folder&quot; or a &quot;film&quot; are to be grouped and named. Lights up while something is held over the tab.</extracomment>
        <translation>Fotos von %1</translation>
    </message>
    <message>
        <source>Let the camera take six photos in about 15 seconds, or drop photos here.</source>
        <translation>Die Kamera macht in etwa 15 Sekunden sechs Fotos; oder legen Sie Fotos hier ab.</translation>
    </message>
    <message>
        <source>More photos of %1</source>
        <translation>Weitere Fotos von %1</translation>
    </message>
    <message>
        <source>Start the camera, or drop photos and folders here.</source>
        <translation>Starten Sie die Kamera, oder legen Sie Fotos und Ordner hier ab.</translation>
    </message>
    <message>
        <source>Add somebody</source>
        <translation>Jemanden hinzufügen</translation>
    </message>
    <message>
        <source>Choose somebody in the list to add photos, or start here with somebody new.</source>
        <translation>Wählen Sie jemanden in der Liste, um Fotos hinzuzufügen, oder beginnen Sie hier mit einer neuen Person.</translation>
    </message>
    <message>
        <source>Nobody is known yet</source>
        <translation>Noch ist niemand bekannt</translation>
    </message>
    <message>
        <source>Sit in front of the camera for 15 seconds, or drop photos of one person here. A folder with one folder per person enrolls all of them.</source>
        <translation>Setzen Sie sich 15 Sekunden vor die Kamera, oder legen Sie Fotos einer Person hier ab. Aus einem Ordner mit einem Unterordner je Person werden alle aufgenommen.</translation>
    </message>
    <message>
        <source>Video file…</source>
        <translation>Videodatei …</translation>
    </message>
    <message>
        <source>Address of a camera…</source>
        <translation>Adresse einer Kamera …</translation>
    </message>
    <message>
        <source>&amp;Start camera</source>
        <translation>Kamera &amp;starten</translation>
    </message>
    <message>
        <source>Take photos with the camera, guided step by step</source>
        <translation>Fotos mit der Kamera machen, Schritt für Schritt geführt</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>D&amp;ateien hinzufügen …</translation>
    </message>
    <message>
        <source>Add photos from this computer (Ctrl+O)</source>
        <translation>Fotos von diesem Computer hinzufügen (Strg+O)</translation>
    </message>
    <message>
        <source>Add f&amp;older…</source>
        <translation>&amp;Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Add a folder of photos, or a folder with one folder per person</source>
        <translation>Einen Ordner mit Fotos hinzufügen, oder einen mit einem Unterordner je Person</translation>
    </message>
    <message>
        <source>&amp;Name the faces in many photos</source>
        <translation>Gesichter in vielen Fotos be&amp;nennen</translation>
    </message>
    <message>
        <source>Group the faces of a folder of unsorted photos, and name the people</source>
        <translation>Die Gesichter eines Ordners unsortierter Fotos gruppieren und die Personen benennen</translation>
    </message>
    <message>
        <source>In a f&amp;ilm</source>
        <translation>In einem F&amp;ilm</translation>
    </message>
    <message>
        <source>Group the faces of a film, and name the people</source>
        <translation>Die Gesichter eines Films gruppieren und die Personen benennen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Which camera takes the photos</source>
        <translation>Welche Kamera die Fotos macht</translation>
    </message>
    <message>
        <source>Choose a camera</source>
        <translation>Kamera wählen</translation>
    </message>
    <message>
        <source>Look for cameras again</source>
        <translation>Noch einmal nach Kameras suchen</translation>
    </message>
    <message>
        <source>No camera was found. Connect one and look again, or add files.</source>
        <translation>Keine Kamera gefunden. Schließen Sie eine an und suchen Sie noch einmal, oder fügen Sie Dateien hinzu.</translation>
    </message>
</context>
<context>
    <name>AddPane</name>
    <message>
        <source>Add photos</source>
        <extracomment>Somebody was enrolled: the `Identity` to show, or None for several people. A name that was typed: of somebody new, or known already. See `Changes.dress`.</extracomment>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Add a folder of photos</source>
        <translation>Einen Ordner mit Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Take photos from a video</source>
        <translation>Fotos aus einem Video machen</translation>
    </message>
    <message>
        <source>Address of the camera (rtsp://… or http://…):</source>
        <translation>Adresse der Kamera (rtsp://… oder http://…):</translation>
    </message>
    <message>
        <source>There are no pictures in there.</source>
        <translation>Darin sind keine Bilder.</translation>
    </message>
    <message>
        <source>Choose photos, or a folder with photos.</source>
        <translation>Wählen Sie Fotos oder einen Ordner mit Fotos.</translation>
    </message>
    <message>
        <source>Name the faces in a film</source>
        <translation>Gesichter in einem Film benennen</translation>
    </message>
    <message>
        <source>Name the faces in a folder</source>
        <translation>Gesichter in einem Ordner benennen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>No photo was taken.</source>
        <translation>Es wurde kein Foto gemacht.</translation>
    </message>
    <message>
        <source>Sit in front of the camera with light on your face, then start again.</source>
        <translation>Setzen Sie sich mit Licht im Gesicht vor die Kamera und starten Sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>AddSource</name>
    <message>
        <source>Add a source: watch several at once</source>
        <translation>Quelle hinzufügen: mehrere zugleich ansehen</translation>
    </message>
</context>
<context>
    <name>AlertCenter</name>
    <message>
        <source>{name} is here.</source>
        <extracomment>From the engine&apos;s threads.</extracomment>
        <translation>{name} ist da.</translation>
    </message>
    <message>
        <source>Somebody unknown is here.</source>
        <translation>Jemand Unbekanntes ist da.</translation>
    </message>
    <message>
        <source>no sound can be played on this computer</source>
        <translation>auf diesem Rechner lässt sich kein Ton abspielen</translation>
    </message>
    <message>
        <source>Choose a notification or a command in Settings, Tell me, instead.</source>
        <translation>Wählen Sie stattdessen unter Einstellungen, Bescheid sagen, eine Benachrichtigung oder einen Befehl.</translation>
    </message>
    <message>
        <source>this desktop shows no notifications</source>
        <translation>diese Arbeitsfläche zeigt keine Benachrichtigungen</translation>
    </message>
    <message>
        <source>Choose a sound or a command in Settings, Tell me, instead.</source>
        <translation>Wählen Sie stattdessen unter Einstellungen, Bescheid sagen, einen Ton oder einen Befehl.</translation>
    </message>
</context>
<context>
    <name>AlertPage</name>
    <message>
        <source>Somebody &amp;unknown</source>
        <translation>Jemand &amp;Unbekanntes</translation>
    </message>
    <message>
        <source>Of all faces without a name, as of one</source>
        <translation>Bei allen Gesichtern ohne Namen, wie bei einem</translation>
    </message>
    <message>
        <source>Show a &amp;notification</source>
        <translation>Benachrichtigung &amp;zeigen</translation>
    </message>
    <message>
        <source>As other programs do on this desktop</source>
        <translation>Wie andere Programme auf dieser Arbeitsfläche</translation>
    </message>
    <message>
        <source>Make a s&amp;ound</source>
        <translation>&amp;Ton abspielen</translation>
    </message>
    <message>
        <source>A short tone, or the system&apos;s own</source>
        <translation>Ein kurzer Ton oder der des Systems</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>Of these &amp;people</source>
        <translation>Bei diesen &amp;Personen</translation>
    </message>
    <message>
        <source>Names with semicolons between them, as in Live: Ada; Eve</source>
        <translation>Namen mit Strichpunkten dazwischen, wie unter Live: Ada; Eve</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Dann</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>Aus&amp;führen</translation>
    </message>
    <message>
        <source>A program and its words; {name}, {time} and {source} are filled in. No shell reads it</source>
        <translation>Ein Programm mit seinen Wörtern; {name}, {time} und {source} werden eingesetzt. Keine Shell liest es</translation>
    </message>
    <message>
        <source>&amp;Send to</source>
        <translation>&amp;Senden an</translation>
    </message>
    <message>
        <source>An address beginning with http:// or https://; gets name, time and source, no picture</source>
        <translation>Eine Adresse, die mit http:// oder https:// beginnt; bekommt Name, Zeit und Quelle, kein Bild</translation>
    </message>
    <message>
        <source>&amp;Quiet for</source>
        <translation>&amp;Ruhe für</translation>
    </message>
    <message>
        <source>Whoever was in the picture within this time is not told of again</source>
        <translation>Wer in dieser Zeit im Bild war, wird nicht noch einmal gemeldet</translation>
    </message>
</context>
<context>
    <name>AlikeCard</name>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Both are one person: make them one</source>
        <extracomment>The `Identity` of the other.</extracomment>
        <translation>Beide sind eine Person: zusammenführen</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>Nicht dieselbe</translation>
    </message>
    <message>
        <source>They only look alike: do not ask again</source>
        <translation>Sie sehen sich nur ähnlich: nicht wieder fragen</translation>
    </message>
    <message>
        <source>Recognition may confuse this person with %1: %2 % alike.</source>
        <translation>Diese Person könnte mit %1 verwechselt werden: %2 % ähnlich.</translation>
    </message>
    <message>
        <source>There is also “%1”, whose name looks the same. Are they one person?</source>
        <translation>Es gibt auch „%1“, der Name sieht gleich aus. Ist das eine Person?</translation>
    </message>
</context>
<context>
    <name>AppContext</name>
    <message>
        <source>Wait for what is being done, then try again: {0}.</source>
        <extracomment>A model is to be used from now on, by its name. What goes on for long, in words, and how far it is (done, total); empty words: nothing any more. Everything of the user&apos;s was erased, or some of it. The controls at the lower edge of a tab have grown, shrunk, come or gone.</extracomment>
        <translation>Auf das warten, was gerade läuft, dann noch einmal versuchen: {0}.</translation>
    </message>
</context>
<context>
    <name>BackupAction</name>
    <message>
        <source>Back up to</source>
        <translation>Sichern nach</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Backing up</source>
        <translation>Sicherung läuft</translation>
    </message>
    <message>
        <source>Backing up; you can go on working.</source>
        <translation>Die Sicherung läuft; Sie können weiterarbeiten.</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message>
        <source>Backed up to %1: %2.</source>
        <translation>Gesichert in %1: %2.</translation>
    </message>
    <message>
        <source>To put it back, the passphrase is needed: keep both apart.</source>
        <translation>Zum Zurückholen ist das Kennwort nötig: bewahren Sie beide getrennt auf.</translation>
    </message>
</context>
<context>
    <name>BackupPassphraseDialog</name>
    <message>
        <source>Passphrase of the backup</source>
        <translation>Kennwort der Sicherung</translation>
    </message>
    <message>
        <source>Without the passphrase nobody can open the backup, you neither. Write it down somewhere safe.</source>
        <translation>Ohne das Kennwort kann niemand die Sicherung öffnen, auch Sie nicht. Schreiben Sie es auf und verwahren Sie es sicher.</translation>
    </message>
    <message>
        <source>&amp;Trainings too (may be large)</source>
        <translation>Auch &amp;Trainings (können groß sein)</translation>
    </message>
    <message>
        <source>Records and checkpoints of trainings; models you trained are always in it</source>
        <translation>Aufzeichnungen und Zwischenstände von Trainings; selbst trainierte Modelle sind immer dabei</translation>
    </message>
</context>
<context>
    <name>BeforeAfter</name>
    <message>
        <source>Before</source>
        <extracomment>Hues are spread by the golden angle, so that neighbours in the list differ.</extracomment>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Point at a dot to see whose photo it is</source>
        <translation>Ein Punkt unter dem Zeiger sagt, wessen Foto er ist</translation>
    </message>
    <message>
        <source>Map of the photos</source>
        <translation>Karte der Fotos</translation>
    </message>
</context>
<context>
    <name>BugDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>Da ist etwas schiefgegangen</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>Ein Problem melden</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>&amp;Copy the report</source>
        <translation>Bericht &amp;kopieren</translation>
    </message>
    <message>
        <source>Puts the report on the clipboard</source>
        <translation>Legt den Bericht in die Zwischenablage</translation>
    </message>
    <message>
        <source>That is a fault in facecam, not in what you did.</source>
        <translation>Das ist ein Fehler in facecam, nicht in dem, was Sie getan haben.</translation>
    </message>
    <message>
        <source>Your people and photos are as they were. The window goes on working. Please send us this report; it stays on this computer until you do.</source>
        <translation>Ihre Personen und Fotos sind, wie sie waren. Das Fenster arbeitet weiter. Bitte schicken Sie uns diesen Bericht; bis dahin bleibt er auf diesem Computer.</translation>
    </message>
    <message>
        <source>Tell us what happened, and add this.</source>
        <translation>Schreiben Sie uns, was geschehen ist, und fügen Sie dies an.</translation>
    </message>
    <message>
        <source>What you did, what you expected, what you saw; and the report below, which says how this computer and facecam are set up. It holds no photos and stays on this computer until you send it. Names of files may be in its last lines: take out what is nobody&apos;s business.</source>
        <translation>Was Sie getan, was Sie erwartet und was Sie gesehen haben; und den Bericht unten, der sagt, wie dieser Rechner und facecam eingerichtet sind. Er enthält keine Fotos und bleibt auf diesem Rechner, bis Sie ihn senden. In den letzten Zeilen können Dateinamen stehen: nehmen Sie heraus, was niemanden etwas angeht.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>CameraDialog</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>As the camera likes</source>
        <translation>Wie die Kamera es macht</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>{rate} je Sekunde</translation>
    </message>
    <message>
        <source>Not turned</source>
        <translation>Nicht gedreht</translation>
    </message>
    <message>
        <source>&amp;Size of the picture</source>
        <translation>&amp;Größe des Bildes</translation>
    </message>
    <message>
        <source>Larger pictures show smaller faces</source>
        <translation>Größere Bilder zeigen kleinere Gesichter</translation>
    </message>
    <message>
        <source>&amp;Pictures</source>
        <translation>&amp;Bilder</translation>
    </message>
    <message>
        <source>In little light a camera takes fewer</source>
        <translation>Bei wenig Licht macht eine Kamera weniger</translation>
    </message>
    <message>
        <source>&amp;Turned by</source>
        <translation>Ge&amp;dreht um</translation>
    </message>
    <message>
        <source>Clockwise, for a camera that is mounted otherwise</source>
        <translation>Im Uhrzeigersinn, für eine anders angebrachte Kamera</translation>
    </message>
    <message>
        <source>&amp;Exposure</source>
        <translation>&amp;Belichtung</translation>
    </message>
    <message>
        <source>Fixed, the light of the picture does not change when somebody comes near</source>
        <translation>Fest eingestellt ändert sich die Helligkeit des Bildes nicht, wenn jemand näher kommt</translation>
    </message>
    <message>
        <source>What the camera cannot do, it does as nearly as it can.</source>
        <translation>Was die Kamera nicht kann, macht sie so ähnlich, wie sie kann.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Fixed, much darker</source>
        <translation>Fest, viel dunkler</translation>
    </message>
    <message>
        <source>Fixed, darker</source>
        <translation>Fest, dunkler</translation>
    </message>
    <message>
        <source>Fixed, as it is</source>
        <translation>Fest, wie jetzt</translation>
    </message>
    <message>
        <source>Fixed, brighter</source>
        <translation>Fest, heller</translation>
    </message>
    <message>
        <source>Fixed, much brighter</source>
        <translation>Fest, viel heller</translation>
    </message>
</context>
<context>
    <name>Changes</name>
    <message>
        <source>There is nobody else to merge with.</source>
        <extracomment>The person to show afterwards, an `Identity` or None; the people have changed. Gives a dialog the people&apos;s portraits, in the order in which photos look like them.</extracomment>
        <translation>Es gibt sonst niemanden zum Zusammenführen.</translation>
    </message>
    <message>
        <source>%1 is %2 now</source>
        <translation>%1 heißt jetzt %2</translation>
    </message>
    <message numerus="yes">
        <source>%n people are %1 now</source>
        <translation>
            <numerusform>%n Person ist jetzt %1</numerusform>
            <numerusform>%n Personen sind jetzt %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>What did %1 agree to?</source>
        <translation>Wozu hat %1 zugestimmt?</translation>
    </message>
    <message>
        <source>%1 was deleted</source>
        <translation>%1 wurde gelöscht</translation>
    </message>
    <message numerus="yes">
        <source>%n people were deleted</source>
        <translation>
            <numerusform>%n Person wurde gelöscht</numerusform>
            <numerusform>%n Personen wurden gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>A photo of %1 was removed</source>
        <translation>Ein Foto von %1 wurde entfernt</translation>
    </message>
    <message numerus="yes">
        <source>%n photos of %1 were removed</source>
        <translation>
            <numerusform>%n Foto von %1 wurde entfernt</numerusform>
            <numerusform>%n Fotos von %1 wurden entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>Move photos</source>
        <translation>Fotos verschieben</translation>
    </message>
    <message numerus="yes">
        <source>%n photos moved from %1 to %2</source>
        <translation>
            <numerusform>%n Foto von %1 gehört jetzt zu %2</numerusform>
            <numerusform>%n Fotos von %1 gehören jetzt zu %2</numerusform>
        </translation>
    </message>
    <message>
        <source>A photo moved from %1 to %2</source>
        <translation>Ein Foto von %1 gehört jetzt zu %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 was split into %n people</source>
        <translation>
            <numerusform>%1 wurde in %n Person getrennt</numerusform>
            <numerusform>%1 wurde in %n Personen getrennt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos do show %1</source>
        <translation>
            <numerusform>%n Foto zeigt wirklich %1</numerusform>
            <numerusform>%n Fotos zeigen wirklich %1</numerusform>
        </translation>
    </message>
    <message>
        <source>The photo does show %1</source>
        <translation>Das Foto zeigt wirklich %1</translation>
    </message>
    <message>
        <source>%1 and %2 are two people</source>
        <translation>%1 und %2 sind zwei Personen</translation>
    </message>
    <message>
        <source>A face may be taken for %1 again</source>
        <translation>Ein Gesicht darf wieder für %1 gehalten werden</translation>
    </message>
    <message numerus="yes">
        <source>%n faces may be taken for %1 again</source>
        <translation>
            <numerusform>%n Gesicht darf wieder für %1 gehalten werden</numerusform>
            <numerusform>%n Gesichter dürfen wieder für %1 gehalten werden</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has another portrait</source>
        <translation>%1 hat ein anderes Porträt</translation>
    </message>
    <message numerus="yes">
        <source>%n people were enrolled</source>
        <translation>
            <numerusform>%n Person wurde aufgenommen</numerusform>
            <numerusform>%n Personen wurden aufgenommen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 got new photos</source>
        <translation>%1 hat neue Fotos</translation>
    </message>
    <message>
        <source>%1 was enrolled</source>
        <translation>%1 wurde aufgenommen</translation>
    </message>
    <message>
        <source>%1 is called %2 now</source>
        <translation>%1 heißt jetzt %2</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Taken back: %1.</source>
        <translation>Rückgängig gemacht: %1.</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Trainings compared</source>
        <translation>Trainings im Vergleich</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Then in use</source>
        <translation>Damals im Einsatz</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>All on the same photos.</source>
        <translation>Alle mit denselben Fotos.</translation>
    </message>
    <message>
        <source>On different photos.</source>
        <translation>Mit verschiedenen Fotos.</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Photos kept aside: TAR</source>
        <translation>Zurückgelegte Fotos: TAR</translation>
    </message>
</context>
<context>
    <name>ConsentLine</name>
    <message>
        <source>What all who are new agreed to (may stay empty)</source>
        <extracomment>As many letters as the engine keeps.</extracomment>
        <translation>Wozu alle Neuen zugestimmt haben (darf leer bleiben)</translation>
    </message>
    <message>
        <source>What they agreed to (may stay empty)</source>
        <translation>Wozu zugestimmt wurde (darf leer bleiben)</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>What this person agreed to be recognised for; it is kept with today&apos;s date and the person</source>
        <translation>Wozu diese Person zugestimmt hat, erkannt zu werden; es wird mit dem heutigen Datum bei der Person aufbewahrt</translation>
    </message>
</context>
<context>
    <name>ControlBar</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>Save a picture, with names</source>
        <translation>Ein Bild speichern, mit Namen</translation>
    </message>
    <message>
        <source>Record, with names</source>
        <translation>Aufzeichnen, mit Namen</translation>
    </message>
    <message>
        <source>Speed of the stages</source>
        <translation>Tempo der Stufen</translation>
    </message>
    <message>
        <source>Only the picture, on the whole screen</source>
        <translation>Nur das Bild, auf dem ganzen Bildschirm</translation>
    </message>
    <message>
        <source>Show or hide the list of people</source>
        <translation>Liste der Personen ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Whether there are two rows.</extracomment>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>End the recording</source>
        <translation>Aufzeichnung beenden</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Gesichtssuche</translation>
    </message>
    <message>
        <source>How faces are looked for</source>
        <translation>Wie nach Gesichtern gesucht wird</translation>
    </message>
    <message>
        <source>All faces</source>
        <translation>Alle Gesichter</translation>
    </message>
    <message>
        <source>Large faces, fastest</source>
        <translation>Große Gesichter, am schnellsten</translation>
    </message>
    <message>
        <source>Upright faces</source>
        <translation>Aufrechte Gesichter</translation>
    </message>
    <message>
        <source>Upright + small</source>
        <translation>Aufrecht + klein</translation>
    </message>
    <message>
        <source>Turned faces</source>
        <translation>Gedrehte Gesichter</translation>
    </message>
    <message>
        <source>Small + turned</source>
        <translation>Kleine + gedrehte</translation>
    </message>
    <message>
        <source>Small, turned, covered and blurred faces too (centerface, from 12 px)</source>
        <translation>Auch kleine, gedrehte, verdeckte und unscharfe Gesichter (centerface, ab 12 px)</translation>
    </message>
    <message>
        <source>For slow computers: faces near the camera (blaze)</source>
        <translation>Für langsame Rechner: Gesichter nahe der Kamera (blaze)</translation>
    </message>
    <message>
        <source>hog: upright faces from 80 px</source>
        <translation>hog: aufrechte Gesichter ab 80 px</translation>
    </message>
    <message>
        <source>hog on the doubled picture: upright faces from 40 px</source>
        <translation>hog auf dem doppelten Bild: aufrechte Gesichter ab 40 px</translation>
    </message>
    <message>
        <source>cnn: faces from 80 px, turned ones too</source>
        <translation>cnn: Gesichter ab 80 px, auch gedrehte</translation>
    </message>
    <message>
        <source>mtcnn: faces from 40 px, turned ones too</source>
        <translation>mtcnn: Gesichter ab 40 px, auch gedrehte</translation>
    </message>
    <message>
        <source>Save &amp;with names</source>
        <translation>&amp;Mit Namen speichern</translation>
    </message>
    <message>
        <source>Save &amp;plain picture</source>
        <translation>&amp;Ohne Namen speichern</translation>
    </message>
    <message>
        <source>Record &amp;with names</source>
        <translation>&amp;Mit Namen aufzeichnen</translation>
    </message>
    <message>
        <source>Record &amp;plain picture</source>
        <translation>&amp;Ohne Namen aufzeichnen</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>kept aside</source>
        <translation>zurückgelegt</translation>
    </message>
    <message>
        <source>Positive triplets</source>
        <translation>Positive Tripel</translation>
    </message>
    <message>
        <source>share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Photos kept aside</source>
        <translation>Zurückgelegte Fotos</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>How many of the triplets still break the margin; falling is learning, 0 is nothing left to learn</source>
        <translation>Wie viele Tripel den Abstand noch verletzen; Fallen heißt Lernen, bei 0 gibt es nichts mehr zu lernen</translation>
    </message>
    <message>
        <source>TAR: pairs of one person recognised when 1 % of strangers are; AUC: area under the ROC curve</source>
        <translation>TAR: erkannte Paare einer Person, wenn 1 % der Fremden angenommen werden; AUC: Fläche unter der ROC-Kurve</translation>
    </message>
</context>
<context>
    <name>DataCard</name>
    <message>
        <source>Looking at the photos</source>
        <extracomment>Kinds that may spoil a training come first.</extracomment>
        <translation>Fotos ansehen</translation>
    </message>
    <message>
        <source>Look at the photos again</source>
        <translation>Fotos noch einmal ansehen</translation>
    </message>
    <message>
        <source>Go to the Enroll tab</source>
        <translation>Zum Aufnehmen</translation>
    </message>
    <message>
        <source>Enr&amp;oll people…</source>
        <translation>&amp;Personen aufnehmen …</translation>
    </message>
    <message>
        <source>Other kinds of warnings</source>
        <translation>Andere Arten von Hinweisen</translation>
    </message>
    <message>
        <source>Looking at the photos…</source>
        <translation>Die Fotos werden angesehen …</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Not all photos have been looked at</source>
        <translation>Noch sind nicht alle Fotos angesehen</translation>
    </message>
    <message>
        <source>They are looked at again after the training.</source>
        <translation>Nach dem Training werden sie noch einmal angesehen.</translation>
    </message>
    <message>
        <source>The photos could not be looked at</source>
        <translation>Die Fotos konnten nicht angesehen werden</translation>
    </message>
    <message>
        <source>Nobody is there to train on. Enroll people first, 4 photos each at least.</source>
        <translation>Es gibt niemanden zum Trainieren. Nehmen Sie zuerst Personen auf, jede mit mindestens 4 Fotos.</translation>
    </message>
    <message numerus="yes">
        <source>%n usable face(s)</source>
        <translation>
            <numerusform>%n brauchbares Gesicht</numerusform>
            <numerusform>%n brauchbare Gesichter</numerusform>
        </translation>
    </message>
    <message>
        <source>It takes two people to learn telling people apart.</source>
        <translation>Um Menschen unterscheiden zu lernen, braucht es zwei.</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the photos</source>
        <translation>Fotos zeigen</translation>
    </message>
</context>
<context>
    <name>DemoProfile</name>
    <message>
        <source>Preparing the demo…</source>
        <translation>Die Demo wird vorbereitet …</translation>
    </message>
    <message>
        <source>A few seconds the first time.</source>
        <translation>Beim ersten Mal ein paar Sekunden.</translation>
    </message>
    <message>
        <source>You are looking at the demo people.</source>
        <translation>Sie sehen die Personen der Demo.</translation>
    </message>
    <message>
        <source>Your own people and photos are untouched. One of the three is a stranger on purpose.</source>
        <translation>Ihre eigenen Personen und Fotos sind unberührt. Einer der drei ist mit Absicht ein Fremder.</translation>
    </message>
    <message>
        <source>&amp;Back to my people</source>
        <translation>&amp;Zurück zu meinen Personen</translation>
    </message>
</context>
<context>
    <name>EncryptionDialog</name>
    <message>
        <source>Encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>Turn on with a &amp;passphrase…</source>
        <translation>Mit einem &amp;Kennwort einschalten …</translation>
    </message>
    <message>
        <source>Asked for whenever facecam is started</source>
        <translation>Wird bei jedem Start von facecam erfragt</translation>
    </message>
    <message>
        <source>Turn on with the system&apos;s &amp;keyring</source>
        <translation>Mit dem &amp;Schlüsselbund des Systems einschalten</translation>
    </message>
    <message>
        <source>Opens when you log in; nothing to type</source>
        <translation>Öffnet sich mit der Anmeldung; nichts einzutippen</translation>
    </message>
    <message>
        <source>&amp;Change the passphrase…</source>
        <translation>Kennwort &amp;ändern …</translation>
    </message>
    <message>
        <source>At once: nothing is encrypted anew</source>
        <translation>Sofort: Nichts wird neu verschlüsselt</translation>
    </message>
    <message>
        <source>Turn &amp;off…</source>
        <translation>&amp;Ausschalten …</translation>
    </message>
    <message>
        <source>Decrypts everything and forgets the key</source>
        <translation>Entschlüsselt alles und vergisst den Schlüssel</translation>
    </message>
    <message>
        <source>Gallery, copied photos, face chips, the log and records of trainings. Photos that you put into the folders yourself stay as they are, and so do recordings, exports and models.</source>
        <translation>Galerie, kopierte Fotos, Gesichtsausschnitte, das Protokoll und die Aufzeichnungen von Trainings. Fotos, die Sie selbst in die Ordner gelegt haben, bleiben, wie sie sind, ebenso Filmaufnahmen, Exporte und Modelle.</translation>
    </message>
    <message>
        <source>Encryption is off. It would protect:</source>
        <translation>Die Verschlüsselung ist aus. Sie würde schützen:</translation>
    </message>
    <message>
        <source>Without the key nobody can read them, you neither: back up everything first.</source>
        <translation>Ohne den Schlüssel kann niemand sie lesen, auch Sie nicht: Sichern Sie zuerst alles.</translation>
    </message>
    <message>
        <source>Encryption is on, with a key from the system&apos;s keyring. It protects:</source>
        <translation>Die Verschlüsselung ist ein, mit einem Schlüssel aus dem Schlüsselbund des Systems. Sie schützt:</translation>
    </message>
    <message>
        <source>Encryption is on, with a passphrase. It protects:</source>
        <translation>Die Verschlüsselung ist ein, mit einem Kennwort. Sie schützt:</translation>
    </message>
    <message>
        <source>Without the passphrase nobody can read what is encrypted, you neither. Write it down somewhere safe.</source>
        <translation>Ohne das Kennwort kann niemand lesen, was verschlüsselt ist, auch Sie nicht. Schreiben Sie es auf und verwahren Sie es sicher.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Decrypt everything?</source>
        <translation>Alles entschlüsseln?</translation>
    </message>
    <message>
        <source>Whoever has the disk can read it then.</source>
        <translation>Wer den Datenträger hat, kann es dann lesen.</translation>
    </message>
    <message>
        <source>&amp;Decrypt</source>
        <translation>&amp;Entschlüsseln</translation>
    </message>
    <message>
        <source>Encrypting; you can go on working.</source>
        <translation>Wird verschlüsselt; Sie können weiterarbeiten.</translation>
    </message>
    <message>
        <source>Encryption is on.</source>
        <translation>Die Verschlüsselung ist ein.</translation>
    </message>
    <message>
        <source>Decrypting; you can go on working.</source>
        <translation>Wird entschlüsselt; Sie können weiterarbeiten.</translation>
    </message>
    <message>
        <source>Encryption is off.</source>
        <translation>Die Verschlüsselung ist aus.</translation>
    </message>
    <message>
        <source>The passphrase was changed.</source>
        <translation>Das Kennwort wurde geändert.</translation>
    </message>
</context>
<context>
    <name>EnrollTab</name>
    <message>
        <source>The photos were stopped.</source>
        <translation>Das Fotografieren wurde angehalten.</translation>
    </message>
    <message>
        <source>Start the camera again when you are back.</source>
        <translation>Starten Sie die Kamera noch einmal, wenn Sie zurück sind.</translation>
    </message>
</context>
<context>
    <name>Enrolling</name>
    <message>
        <source>Looking at photos of %1</source>
        <extracomment>The result page is worth seeing. It was cancelled, or failed as a whole. Somebody was enrolled: the `Identity` to show, or None for several people. What was put there and can be taken back: outcomes.</extracomment>
        <translation>Fotos von %1 werden angesehen</translation>
    </message>
    <message numerus="yes">
        <source>Looking at photos of %n people</source>
        <translation>
            <numerusform>Fotos von %n Person werden angesehen</numerusform>
            <numerusform>Fotos von %n Personen werden angesehen</numerusform>
        </translation>
    </message>
    <message>
        <source>Enrolling people</source>
        <translation>Personen aufnehmen</translation>
    </message>
    <message>
        <source>Learning the face of %1</source>
        <translation>Das Gesicht von %1 wird gelernt</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Nothing was saved of the person being looked at.</source>
        <translation>Von der Person, die gerade an der Reihe war, wurde nichts gespeichert.</translation>
    </message>
    <message>
        <source>Cancelled. People kept: %1 of %2.</source>
        <translation>Abgebrochen. Behaltene Personen: %1 von %2.</translation>
    </message>
    <message>
        <source>The face is taken as it was drawn.</source>
        <translation>Das Gesicht wird genommen, wie es gezeichnet wurde.</translation>
    </message>
    <message>
        <source>Its eyes and nose were not found, so it is less sure; a clearer photo would help.</source>
        <translation>Augen und Nase wurden darin nicht gefunden, daher ist es weniger sicher; ein deutlicheres Foto würde helfen.</translation>
    </message>
</context>
<context>
    <name>ErasureDialog</name>
    <message>
        <source>Erase everything of mine</source>
        <extracomment>People named before the rest is counted.</extracomment>
        <translation>Alles von mir löschen</translation>
    </message>
    <message>
        <source>Looking at what there is…</source>
        <translation>Es wird nachgesehen, was da ist …</translation>
    </message>
    <message>
        <source>&amp;Erase…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>Asks once more</source>
        <translation>Fragt noch einmal nach</translation>
    </message>
    <message>
        <source>This cannot be taken back.</source>
        <translation>Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>There is nothing to erase.</source>
        <translation>Es gibt nichts zu löschen.</translation>
    </message>
    <message numerus="yes">
        <source> and %n more</source>
        <translation>
            <numerusform> und %n weitere Person</numerusform>
            <numerusform> und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>People, with {photos} and everything known of their faces: {names}</source>
        <translation>Personen, mit {photos} und allem, was von ihren Gesichtern bekannt ist: {names}</translation>
    </message>
    <message numerus="yes">
        <source>In their folders, besides photos: %n other file(s)</source>
        <translation>
            <numerusform>In ihren Ordnern, außer Fotos: %n andere Datei</numerusform>
            <numerusform>In ihren Ordnern, außer Fotos: %n andere Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>The database, which cannot be read any more, with whoever is in it</source>
        <translation>Die Datenbank, die sich nicht mehr lesen lässt, mit allen, die darin sind</translation>
    </message>
    <message>
        <source>Trainings: {names}</source>
        <translation>Trainings: {names}</translation>
    </message>
    <message>
        <source>Models that have learnt from these photos: {names}</source>
        <translation>Modelle, die aus diesen Fotos gelernt haben: {names}</translation>
    </message>
    <message>
        <source>The cohorts, fitted to photos of people, of the models {names}</source>
        <translation>Die an Fotos von Personen angepassten Vergleichsgruppen der Modelle {names}</translation>
    </message>
    <message numerus="yes">
        <source>The log: %n visit(s)</source>
        <translation>
            <numerusform>Das Protokoll: %n Besuch</numerusform>
            <numerusform>Das Protokoll: %n Besuche</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was said to be no face: %n place(s)</source>
        <translation>
            <numerusform>Was kein Gesicht sein soll: %n Stelle</numerusform>
            <numerusform>Was kein Gesicht sein soll: %n Stellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was computed of faces, with exports in the database folder: %n file(s)</source>
        <translation>
            <numerusform>Was aus Gesichtern berechnet wurde, mit Exporten im Datenbankordner: %n Datei</numerusform>
            <numerusform>Was aus Gesichtern berechnet wurde, mit Exporten im Datenbankordner: %n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Not the photos in folders that are only linked: {names}</source>
        <translation>Nicht die Fotos in Ordnern, die nur verknüpft sind: {names}</translation>
    </message>
    <message>
        <source>What stays: the settings, and pictures and films you saved yourself. What was removed since the start and could be taken back goes when facecam is closed.</source>
        <translation>Was bleibt: die Einstellungen sowie Bilder und Filme, die Sie selbst gespeichert haben. Was seit dem Start entfernt wurde und zurückgeholt werden könnte, verschwindet, wenn facecam geschlossen wird.</translation>
    </message>
    <message>
        <source>Really erase all of this?</source>
        <translation>Wirklich alles löschen?</translation>
    </message>
    <message>
        <source>It is gone for good.</source>
        <translation>Es ist dann endgültig weg.</translation>
    </message>
    <message>
        <source>&amp;Erase it all</source>
        <translation>Alles &amp;löschen</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>Everything of yours was erased.</source>
        <translation>Alles von Ihnen wurde gelöscht.</translation>
    </message>
</context>
<context>
    <name>FaceDialog</name>
    <message>
        <source>Which face?</source>
        <extracomment>A smaller box, px of the original, holds no face; the engine says the same. A box of the original, px, that is no face, or is one after all.</extracomment>
        <translation>Welches Gesicht?</translation>
    </message>
    <message>
        <source>&amp;This face</source>
        <translation>&amp;Dieses Gesicht</translation>
    </message>
    <message>
        <source>Use the chosen face (Return)</source>
        <translation>Das gewählte Gesicht verwenden (Eingabe)</translation>
    </message>
    <message>
        <source>Which of these is %1?</source>
        <translation>Wer davon ist %1?</translation>
    </message>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n Gesicht</numerusform>
            <numerusform>%n Gesichter</numerusform>
        </translation>
    </message>
    <message>
        <source>It &amp;is a face</source>
        <translation>Das &amp;ist ein Gesicht</translation>
    </message>
    <message>
        <source>&amp;No face</source>
        <translation>&amp;Kein Gesicht</translation>
    </message>
    <message>
        <source>This is a face after all: find it again</source>
        <translation>Das ist doch ein Gesicht: wieder finden</translation>
    </message>
    <message>
        <source>What is chosen is no face: remember that for this photo</source>
        <translation>Das Gewählte ist kein Gesicht: für dieses Foto merken</translation>
    </message>
    <message>
        <source>Face %1 is chosen</source>
        <translation>Gesicht %1 ist gewählt</translation>
    </message>
    <message>
        <source>The box is too small: draw it around the whole face.</source>
        <translation>Der Rahmen ist zu klein: Zeichnen Sie ihn um das ganze Gesicht.</translation>
    </message>
    <message>
        <source>The face in the box will be used. Draw again to change it.</source>
        <translation>Das Gesicht im Rahmen wird verwendet. Zeichnen Sie neu, um ihn zu ändern.</translation>
    </message>
    <message>
        <source>No face was found. Draw a box around it with the mouse.</source>
        <translation>Es wurde kein Gesicht gefunden. Zeichnen Sie mit der Maus einen Rahmen darum.</translation>
    </message>
    <message>
        <source>Click on the face, press its number, or draw a box around it.</source>
        <translation>Klicken Sie auf das Gesicht, drücken Sie seine Nummer oder zeichnen Sie einen Rahmen darum.</translation>
    </message>
    <message>
        <source>no face</source>
        <translation>kein Gesicht</translation>
    </message>
</context>
<context>
    <name>FaceNameDialog</name>
    <message>
        <source>&amp;Enroll</source>
        <translation>&amp;Aufnehmen</translation>
    </message>
</context>
<context>
    <name>FacePainter</name>
    <message>
        <source>unknown</source>
        <extracomment>Below this height a picture has small plates, for known people only, and none over a face. Similarity from which a name is shown as certain, and below which it is shown as doubtful.</extracomment>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>like {name}</source>
        <translation>ähnelt {name}</translation>
    </message>
    <message>
        <source>{name}? Blink, please</source>
        <translation>{name}? Bitte blinzeln</translation>
    </message>
    <message>
        <source>{name}? Turn your head to your left, please</source>
        <translation>{name}? Bitte den Kopf nach links drehen</translation>
    </message>
    <message>
        <source>{name}? Turn your head to your right, please</source>
        <translation>{name}? Bitte den Kopf nach rechts drehen</translation>
    </message>
    <message>
        <source>{name}? Not yet seen to be alive</source>
        <translation>{name}? Noch nicht als lebendig gesehen</translation>
    </message>
</context>
<context>
    <name>FilmBar</name>
    <message>
        <source>To the next unknown face</source>
        <extracomment>Speeds offered. It came, grew or shrank.</extracomment>
        <translation>Zum nächsten unbekannten Gesicht</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>How fast the film is played</source>
        <translation>Wie schnell der Film läuft</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>A frame back</source>
        <translation>Ein Einzelbild zurück</translation>
    </message>
    <message>
        <source>A frame forward</source>
        <translation>Ein Einzelbild vor</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} von {count}</translation>
    </message>
</context>
<context>
    <name>FilmControl</name>
    <message numerus="yes">
        <source>%n more</source>
        <extracomment>Marks are drawn anew at most this often. Lanes of people, before the rest share one.</extracomment>
        <translation>
            <numerusform>%n weitere Person</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
</context>
<context>
    <name>GroupRow</name>
    <message>
        <source>Yes</source>
        <extracomment>Whoever looks less like a group is not offered. Has a button show somebody, by name. By the keyboard; the next one may be asked for.</extracomment>
        <translation>Ja</translation>
    </message>
    <message>
        <source>Enroll this person with these faces</source>
        <translation>Diese Person mit diesen Gesichtern aufnehmen</translation>
    </message>
    <message>
        <source>Who is it?</source>
        <translation>Wer ist das?</translation>
    </message>
    <message>
        <source>Name of this person</source>
        <translation>Name dieser Person</translation>
    </message>
    <message>
        <source>A name, or the first letters of somebody known (Return)</source>
        <translation>Ein Name oder die ersten Buchstaben von jemand Bekanntem (Eingabetaste)</translation>
    </message>
    <message>
        <source>It is %1</source>
        <translation>Es ist %1</translation>
    </message>
    <message>
        <source>A photo program wrote “%1” into these photos.</source>
        <translation>Ein Fotoprogramm hat „%1“ in diese Fotos geschrieben.</translation>
    </message>
    <message>
        <source>Is this %1? (%2 %)</source>
        <translation>Ist das %1? (%2 %)</translation>
    </message>
</context>
<context>
    <name>GuidePage</name>
    <message>
        <source>Picture of the camera</source>
        <extracomment>Towards where the head goes, in a mirror; what the arrow shows.</extracomment>
        <translation>Bild der Kamera</translation>
    </message>
    <message>
        <source>Photos of %1</source>
        <translation>Fotos von %1</translation>
    </message>
    <message>
        <source>Opening the camera…</source>
        <translation>Die Kamera wird geöffnet …</translation>
    </message>
    <message>
        <source>Trying to reach it again…</source>
        <translation>Es wird noch einmal versucht, sie zu erreichen …</translation>
    </message>
    <message>
        <source>S&amp;kip this pose</source>
        <translation>Diese Haltung &amp;auslassen</translation>
    </message>
    <message>
        <source>Go on with the next pose</source>
        <translation>Mit der nächsten Haltung weitermachen</translation>
    </message>
    <message>
        <source>&amp;Again</source>
        <translation>&amp;Noch einmal</translation>
    </message>
    <message>
        <source>Take the last photo again</source>
        <translation>Das letzte Foto noch einmal machen</translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>Stop here and keep the photos taken</source>
        <translation>Hier aufhören und die gemachten Fotos behalten</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Stop and throw these photos away (Esc)</source>
        <translation>Aufhören und diese Fotos verwerfen (Esc)</translation>
    </message>
    <message>
        <source>If this is difficult, it is left out in %1 s.</source>
        <translation>Wenn das schwerfällt, wird es in %1 s ausgelassen.</translation>
    </message>
    <message>
        <source>The photo is taken by itself.</source>
        <translation>Das Foto entsteht von selbst.</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Network that recognises faces</source>
        <translation>Netz, das Gesichter erkennt</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>{tab} · {share} %</source>
        <translation>{tab} · {share} %</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>Modell: {name}</translation>
    </message>
    <message>
        <source>The network that recognises faces is missing</source>
        <translation>Das Netz, das Gesichter erkennt, fehlt</translation>
    </message>
    <message>
        <source>Click to choose another network</source>
        <translation>Klicken, um ein anderes Netz zu wählen</translation>
    </message>
    <message>
        <source>&amp;More models…</source>
        <translation>&amp;Weitere Modelle …</translation>
    </message>
    <message>
        <source>Fine-tune one on your people…</source>
        <translation>Eines auf Ihre Personen abstimmen …</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Help…</source>
        <translation>&amp;Hilfe …</translation>
    </message>
    <message>
        <source>&amp;Keyboard…</source>
        <translation>&amp;Tastatur …</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>Open the folder of &amp;photos</source>
        <translation>Ordner der &amp;Fotos öffnen</translation>
    </message>
    <message>
        <source>Show the &amp;demo</source>
        <translation>&amp;Demo zeigen</translation>
    </message>
    <message>
        <source>&amp;Report a problem…</source>
        <translation>Ein &amp;Problem melden …</translation>
    </message>
    <message>
        <source>&amp;About facecam…</source>
        <translation>&amp;Über facecam …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Somebody is to be recognised</source>
        <translation>Jemand soll erkannt werden</translation>
    </message>
    <message>
        <source>Enroll, New person: type the name, then start the camera or drop photos. Five clear photos from different sides are good. A folder with one folder per person can be dropped as a whole.</source>
        <translation>Aufnehmen, Neue Person: den Namen eingeben, dann die Kamera starten oder Fotos hineinziehen. Fünf klare Fotos von verschiedenen Seiten sind gut. Ein Ordner mit einem Ordner je Person kann als Ganzes hineingezogen werden.</translation>
    </message>
    <message>
        <source>Many photos, and nobody knows who is on them</source>
        <translation>Viele Fotos, und niemand weiß, wer darauf ist</translation>
    </message>
    <message>
        <source>Enroll, Name the faces in many photos: the faces are put into groups, the most frequent first. Name a group, and say yes or no where a name is offered.</source>
        <translation>Aufnehmen, Gesichter in vielen Fotos benennen: Die Gesichter werden gruppiert, die häufigsten zuerst. Benennen Sie eine Gruppe, und sagen Sie ja oder nein, wo ein Name angeboten wird.</translation>
    </message>
    <message>
        <source>Recognising</source>
        <translation>Erkennen</translation>
    </message>
    <message>
        <source>Live: choose a camera, a film, a folder of pictures or an address; films and folders can be dropped there, too. Space holds the picture. A click on a face names it, or says that it is not that person.</source>
        <translation>Live: Wählen Sie eine Kamera, einen Film, einen Ordner mit Bildern oder eine Adresse; Filme und Ordner können auch hineingezogen werden. Die Leertaste hält das Bild an. Ein Klick auf ein Gesicht benennt es oder sagt, dass es nicht diese Person ist.</translation>
    </message>
    <message>
        <source>A face has the wrong name</source>
        <translation>Ein Gesicht hat den falschen Namen</translation>
    </message>
    <message>
        <source>Click it in Live and say that it is not that person. If it happens often, move the slider towards strict, or look at the person&apos;s photos in Enroll: a wrong photo among them does most harm.</source>
        <translation>Klicken Sie es in Live an und sagen Sie, dass es nicht diese Person ist. Geschieht es oft, schieben Sie den Regler zu „streng“ hin, oder sehen Sie unter Aufnehmen die Fotos der Person durch: Ein falsches Foto darunter schadet am meisten.</translation>
    </message>
    <message>
        <source>Somebody known is called unknown</source>
        <translation>Jemand Bekanntes heißt unbekannt</translation>
    </message>
    <message>
        <source>Add photos of them in other light and from other sides, best taken with the same camera. The slider may be too far towards strict. Small or covered faces need all faces to be looked for: the list in the bar.</source>
        <translation>Fügen Sie Fotos in anderem Licht und von anderen Seiten hinzu, am besten mit derselben Kamera aufgenommen. Der Regler kann zu nahe bei „streng“ stehen. Kleine oder verdeckte Gesichter findet „Alle Gesichter“: die Liste in der Leiste.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Train makes a model from your photos and measures it on photos kept aside. Try it live shows its names beside those in use. Nothing changes until you choose Deploy; Earlier runs keeps them all.</source>
        <translation>Trainieren macht aus Ihren Fotos ein Modell und misst es an zurückgelegten Fotos. Live ausprobieren zeigt seine Namen neben den jetzigen. Nichts ändert sich, bis Sie Einsetzen wählen; Frühere Trainings bewahrt alle auf.</translation>
    </message>
    <message>
        <source>Taking something back</source>
        <translation>Etwas zurücknehmen</translation>
    </message>
    <message>
        <source>What was done to people and photos is undone with Ctrl+Z in Enroll, or by the button in the message, until the window is closed.</source>
        <translation>Was an Personen und Fotos geändert wurde, nimmt Strg+Z unter Aufnehmen oder der Knopf in der Meldung zurück, bis das Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>Was aufbewahrt wird, und wo</translation>
    </message>
    <message>
        <source>All of it stays on this computer: photos and vectors of the people you enroll, and what you choose to keep of Live. Settings says where, for how long, and erases all of it if you wish.</source>
        <translation>Alles bleibt auf diesem Rechner: Fotos und Vektoren der aufgenommenen Personen und was Sie von Live behalten wollen. Die Einstellungen sagen, wo und wie lange, und löschen auf Wunsch alles.</translation>
    </message>
    <message>
        <source>Something does not work</source>
        <translation>Etwas geht nicht</translation>
    </message>
    <message>
        <source>Messages say what to do and have the button for it. If that does not help: Report a problem, in the menu at the top right.</source>
        <translation>Meldungen sagen, was zu tun ist, und haben den Knopf dafür. Hilft das nicht: Ein Problem melden, im Menü oben rechts.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>F1 shows all of them.</source>
        <translation>F1 zeigt sie alle.</translation>
    </message>
</context>
<context>
    <name>Housekeeping</name>
    <message>
        <source>Rebuilding the gallery</source>
        <extracomment>Several changes at once are looked at once. How often we look whether a day has passed. How often we look whether others changed the people. The newest overview.</extracomment>
        <translation>Galerie neu anlegen</translation>
    </message>
    <message>
        <source>Preparing the models</source>
        <translation>Modelle vorbereiten</translation>
    </message>
    <message>
        <source>Changing the model</source>
        <translation>Modell wechseln</translation>
    </message>
    <message>
        <source>One thing at a time: wait for what runs, or stop it below.</source>
        <translation>Eines nach dem anderen: Warten Sie auf das, was läuft, oder halten Sie es unten an.</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) could not be enrolled again</source>
        <translation>
            <numerusform>%n Person konnte nicht wieder aufgenommen werden</numerusform>
            <numerusform>%n Personen konnten nicht wieder aufgenommen werden</numerusform>
        </translation>
    </message>
    <message>
        <source>They have no usable photo; look at them in Enroll.</source>
        <translation>Sie haben kein brauchbares Foto; sehen Sie unter „Aufnehmen“ nach.</translation>
    </message>
    <message>
        <source>The gallery is up to date again.</source>
        <translation>Die Galerie ist wieder aktuell.</translation>
    </message>
    <message>
        <source>Done: the model is ready.</source>
        <translation>Fertig: Das Modell ist bereit.</translation>
    </message>
    <message>
        <source>&amp;Repair now</source>
        <translation>Jetzt &amp;reparieren</translation>
    </message>
    <message>
        <source>Your people were enrolled with another model; nobody would be recognised.</source>
        <translation>Ihre Personen wurden mit einem anderen Modell aufgenommen; niemand würde erkannt.</translation>
    </message>
    <message>
        <source>Rebuilding makes the gallery anew from your photos. Nothing else changes.</source>
        <translation>Dabei entsteht die Galerie neu aus Ihren Fotos. Sonst ändert sich nichts.</translation>
    </message>
    <message>
        <source>&amp;Rebuild now</source>
        <translation>Jetzt &amp;neu anlegen</translation>
    </message>
    <message>
        <source>Your people were enrolled with another detector, which places faces a little differently.</source>
        <translation>Ihre Personen wurden mit einer anderen Gesichtssuche aufgenommen, die Gesichter etwas anders ausrichtet.</translation>
    </message>
    <message>
        <source>They are recognised; made anew from your photos they are recognised more surely.</source>
        <translation>Sie werden erkannt; aus Ihren Fotos neu angelegt werden sie sicherer erkannt.</translation>
    </message>
</context>
<context>
    <name>LiveActions</name>
    <message>
        <source>&amp;This is…</source>
        <extracomment>The video of a recording that ended, and its seconds; from whichever thread ended it. The picture in which a face was clicked.</extracomment>
        <translation>&amp;Das ist …</translation>
    </message>
    <message>
        <source>Give the face a name; it is enrolled from the pictures just seen</source>
        <translation>Dem Gesicht einen Namen geben; es wird aus den eben gesehenen Bildern aufgenommen</translation>
    </message>
    <message>
        <source>&amp;Not {name}</source>
        <translation>&amp;Nicht {name}</translation>
    </message>
    <message>
        <source>Remember that this face is somebody else</source>
        <translation>Merken, dass dieses Gesicht jemand anderem gehört</translation>
    </message>
    <message>
        <source>&amp;Ignore this face</source>
        <translation>Dieses Gesicht &amp;übergehen</translation>
    </message>
    <message>
        <source>No name until it leaves the picture</source>
        <translation>Kein Name, bis es das Bild verlässt</translation>
    </message>
    <message>
        <source>This is n&amp;o face</source>
        <translation>Das ist &amp;kein Gesicht</translation>
    </message>
    <message>
        <source>Remember that what is here is no face; a real one is still found</source>
        <translation>Merken, dass hier kein Gesicht ist; ein echtes wird weiter gefunden</translation>
    </message>
    <message>
        <source>It &amp;is a face</source>
        <translation>Das &amp;ist ein Gesicht</translation>
    </message>
    <message>
        <source>Forget &amp;all that was said to be no face</source>
        <translation>&amp;Alles vergessen, was kein Gesicht sein sollte</translation>
    </message>
    <message>
        <source>In every photo, camera and film</source>
        <translation>In allen Fotos, Kameras und Filmen</translation>
    </message>
    <message>
        <source>The face was not seen clearly yet.</source>
        <translation>Das Gesicht war noch nicht deutlich zu sehen.</translation>
    </message>
    <message>
        <source>Wait until it is nearer or turned to the camera.</source>
        <translation>Warten Sie, bis es näher oder der Kamera zugewandt ist.</translation>
    </message>
    <message>
        <source>This is not taken for a face here any more.</source>
        <translation>Das wird hier nicht mehr für ein Gesicht gehalten.</translation>
    </message>
    <message>
        <source>While the picture is held, a click on it takes that back at any time.</source>
        <translation>Im angehaltenen Bild nimmt ein Klick darauf das jederzeit zurück.</translation>
    </message>
    <message numerus="yes">
        <source>%n mark(s) forgotten.</source>
        <translation>
            <numerusform>%n Markierung vergessen.</numerusform>
            <numerusform>%n Markierungen vergessen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) saved</source>
        <translation>
            <numerusform>%n Bild gespeichert</numerusform>
            <numerusform>%n Bilder gespeichert</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is known now: {count}.</source>
        <translation>{name} ist jetzt bekannt: {count}.</translation>
    </message>
    <message>
        <source>Added to {name}: {count}.</source>
        <translation>Zu {name} hinzugefügt: {count}.</translation>
    </message>
    <message>
        <source>Looks much like {name}: if it is the same person, undo this.</source>
        <translation>Sieht {name} sehr ähnlich: Wenn es dieselbe Person ist, machen Sie es rückgängig.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>like {name}</source>
        <translation>ähnelt {name}</translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation>{name} gespeichert.</translation>
    </message>
    <message>
        <source>Recorded {duration}: {name}.</source>
        <translation>{duration} aufgezeichnet: {name}.</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Protokoll speichern</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message numerus="yes">
        <source>%n visit(s) saved.</source>
        <translation>
            <numerusform>%n Besuch gespeichert.</numerusform>
            <numerusform>%n Besuche gespeichert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show &amp;folder</source>
        <translation>&amp;Ordner zeigen</translation>
    </message>
    <message>
        <source>the folder cannot be shown here</source>
        <translation>Der Ordner lässt sich hier nicht zeigen</translation>
    </message>
    <message>
        <source>Open it yourself: </source>
        <translation>Öffnen Sie ihn selbst: </translation>
    </message>
</context>
<context>
    <name>LiveSidePanel</name>
    <message>
        <source>Unknown faces and log</source>
        <translation>Unbekannte Gesichter und Protokoll</translation>
    </message>
    <message>
        <source>&amp;Unknown</source>
        <translation>&amp;Unbekannt</translation>
    </message>
    <message>
        <source>Lo&amp;g</source>
        <translation>&amp;Protokoll</translation>
    </message>
    <message>
        <source>Unknown faces seen lately</source>
        <translation>Zuletzt gesehene unbekannte Gesichter</translation>
    </message>
    <message>
        <source>Who was seen when</source>
        <translation>Wer wann gesehen wurde</translation>
    </message>
    <message>
        <source>Now here</source>
        <translation>Jetzt da</translation>
    </message>
</context>
<context>
    <name>LiveStage</name>
    <message>
        <source>Live picture</source>
        <extracomment>A `SeenNoFace`, and where. A `Box` drawn by hand in a picture that stands still, px of the frame. Of a folder: the next picture (1) or the one before (−1). What is shown.</extracomment>
        <translation>Live-Bild</translation>
    </message>
    <message>
        <source>Left and right choose a face, Return opens what can be done with it.</source>
        <translation>Links und rechts wählen ein Gesicht, die Eingabetaste zeigt, was sich damit tun lässt.</translation>
    </message>
    <message>
        <source>Left and right go through the pictures, up and down choose a face, Return opens it.</source>
        <translation>Links und rechts gehen durch die Bilder, auf und ab wählen ein Gesicht, Eingabe öffnet es.</translation>
    </message>
    <message>
        <source>no face</source>
        <translation>kein Gesicht</translation>
    </message>
    <message>
        <source>Draw a box around a face that was missed.</source>
        <translation>Zeichnen Sie einen Rahmen um ein übersehenes Gesicht.</translation>
    </message>
    <message>
        <source>Paused.</source>
        <translation>Pause.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Looking for the face in the box…</source>
        <translation>Das Gesicht im Rahmen wird gesucht …</translation>
    </message>
</context>
<context>
    <name>LiveTab</name>
    <message>
        <source>Only {name} is played.</source>
        <translation>Nur {name} wird gezeigt.</translation>
    </message>
    <message>
        <source>To go through several pictures, put them into a folder and drop that.</source>
        <translation>Um mehrere Bilder durchzugehen, legen Sie sie in einen Ordner und ziehen Sie diesen hierher.</translation>
    </message>
    <message>
        <source>Waiting for it; it goes on by itself as soon as it is back.</source>
        <translation>Es wird gewartet; sobald sie wieder da ist, geht es von selbst weiter.</translation>
    </message>
</context>
<context>
    <name>LiveTimes</name>
    <message>
        <source>not kept</source>
        <translation>nicht behalten</translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LogModel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Came</source>
        <translation>Kam</translation>
    </message>
    <message>
        <source>Stayed</source>
        <translation>Blieb</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>here</source>
        <comment>still</comment>
        <translation>da</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Who was seen when</source>
        <translation>Wer wann gesehen wurde</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Save the log as CSV for a spreadsheet</source>
        <translation>Das Protokoll als CSV für eine Tabellenkalkulation speichern</translation>
    </message>
    <message>
        <source>Empty the log</source>
        <translation>Protokoll leeren</translation>
    </message>
    <message>
        <source>No log is kept</source>
        <translation>Es wird kein Protokoll geführt</translation>
    </message>
    <message>
        <source>Who was seen when is not remembered; it is forgotten with the picture.</source>
        <translation>Wer wann zu sehen war, wird nicht behalten; es wird mit dem Bild vergessen.</translation>
    </message>
    <message>
        <source>&amp;Keep a log</source>
        <translation>Protokoll &amp;führen</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>One moment…</source>
        <extracomment>Title bar and borders of most window managers, px. The user wants to tell of a problem. What all tabs share. The tab that is shown; None while there is only the first page or none is ready. Whether everything slow has been imported.</extracomment>
        <translation>Einen Augenblick …</translation>
    </message>
    <message>
        <source>Quit facecam?</source>
        <translation>facecam beenden?</translation>
    </message>
    <message>
        <source>Still running: {what}</source>
        <translation>Läuft noch: {what}</translation>
    </message>
    <message>
        <source>It is stopped safely; what was saved before stays.</source>
        <translation>Es wird sicher angehalten; was schon gespeichert ist, bleibt.</translation>
    </message>
    <message>
        <source>&amp;Stop and quit</source>
        <translation>&amp;Anhalten und beenden</translation>
    </message>
    <message>
        <source>&amp;Go on working</source>
        <translation>&amp;Weiterarbeiten</translation>
    </message>
    <message>
        <source>The photos are in {folder}</source>
        <translation>Die Fotos liegen in {folder}</translation>
    </message>
</context>
<context>
    <name>MixedCard</name>
    <message>
        <source>Show the &amp;groups…</source>
        <extracomment>The groups.</extracomment>
        <translation>&amp;Gruppen zeigen …</translation>
    </message>
    <message>
        <source>See the photos of each side by side, and split them</source>
        <translation>Die Fotos der einzelnen nebeneinander sehen und trennen</translation>
    </message>
    <message numerus="yes">
        <source>These look like %n people</source>
        <translation>
            <numerusform>Das sieht nach %n Person aus</numerusform>
            <numerusform>Das sieht nach %n Personen aus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The photos of %1 look like %n people</source>
        <translation>
            <numerusform>Die Fotos von %1 sehen nach %n Person aus</numerusform>
            <numerusform>Die Fotos von %1 sehen nach %n Personen aus</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelTrial</name>
    <message>
        <source>Live picture with the names of the new model</source>
        <extracomment>The model on trial; empty: none.</extracomment>
        <translation>Live-Bild mit den Namen des neuen Modells</translation>
    </message>
    <message>
        <source>Making {name} ready to be tried…</source>
        <translation>{name} wird zum Ausprobieren vorbereitet …</translation>
    </message>
    <message>
        <source>Left: the names of the model in use. Right: those of {name}. Nothing is changed yet.</source>
        <translation>Links die Namen des Modells im Einsatz, rechts die von {name}. Noch ist nichts geändert.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Im Einsatz</translation>
    </message>
    <message>
        <source>New: {name}</source>
        <translation>Neu: {name}</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <extracomment>What there is to choose from has changed.</extracomment>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>I have read the licence and &amp;keep to it</source>
        <translation>Ich habe die Lizenz gelesen und &amp;halte sie ein</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Nothing changes; what came is kept</source>
        <translation>Nichts ändert sich; was gekommen ist, bleibt</translation>
    </message>
    <message>
        <source>Try it on a &amp;folder…</source>
        <translation>An einem &amp;Ordner erproben …</translation>
    </message>
    <message>
        <source>Folders of photos, one per person, instead of your own people</source>
        <translation>Ordner mit Fotos, einer je Person, statt Ihrer eigenen Personen</translation>
    </message>
    <message>
        <source>&amp;Get it</source>
        <translation>&amp;Holen</translation>
    </message>
    <message>
        <source>Fetched, tried and compared; nothing changes yet</source>
        <translation>Geholt, erprobt und verglichen; noch ändert sich nichts</translation>
    </message>
    <message>
        <source>&amp;Use it</source>
        <translation>&amp;Verwenden</translation>
    </message>
    <message>
        <source>From now on; the database is made anew if need be</source>
        <translation>Von jetzt an; die Datenbank wird bei Bedarf neu erstellt</translation>
    </message>
    <message>
        <source>&amp;Delete this model…</source>
        <translation>Dieses Modell &amp;löschen …</translation>
    </message>
    <message>
        <source>One that is not in use, and was added</source>
        <translation>Eines, das nicht verwendet wird und hinzugefügt wurde</translation>
    </message>
    <message>
        <source>Licence: {terms}.</source>
        <translation>Lizenz: {terms}.</translation>
    </message>
    <message>
        <source>Folders of people, one each</source>
        <translation>Ordner mit Personen, einer für jede</translation>
    </message>
    <message>
        <source>Tried on {folder}</source>
        <translation>Erprobt an {folder}</translation>
    </message>
    <message>
        <source>Getting a model</source>
        <translation>Ein Modell holen</translation>
    </message>
    <message>
        <source>Fetching…</source>
        <translation>Wird geholt …</translation>
    </message>
    <message>
        <source>Delete this model?</source>
        <translation>Dieses Modell löschen?</translation>
    </message>
    <message>
        <source>{name} will be deleted.</source>
        <translation>{name} wird gelöscht.</translation>
    </message>
    <message>
        <source>Its file goes for good; people and photos stay.</source>
        <translation>Seine Datei ist dann endgültig weg; Personen und Fotos bleiben.</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Deleting a model</source>
        <translation>Ein Modell löschen</translation>
    </message>
    <message>
        <source>Fetching: {done} of {total}</source>
        <translation>Wird geholt: {done} von {total}</translation>
    </message>
    <message>
        <source>Trying it on photos: {done} of {total}</source>
        <translation>Wird an Fotos erprobt: {done} von {total}</translation>
    </message>
    <message>
        <source>It cannot be used before it was tried on about 15 people with 5 photos each: get it again then.</source>
        <translation>Es kann erst verwendet werden, wenn es an etwa 15 Personen mit je 5 Fotos erprobt wurde: Holen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>It is here now. Nothing has changed yet.</source>
        <translation>Es ist jetzt da. Noch hat sich nichts geändert.</translation>
    </message>
    <message>
        <source>{name} (in use)</source>
        <translation>{name} (in Gebrauch)</translation>
    </message>
    <message numerus="yes">
        <source>{name}: a face in {found} of %n photo(s), {ms} ms each</source>
        <translation>
            <numerusform>{name}: in {found} von %n Foto ein Gesicht, {ms} ms</numerusform>
            <numerusform>{name}: in {found} von %n Fotos ein Gesicht, je {ms} ms</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: too few people and photos to say</source>
        <translation>{name}: zu wenige Personen und Fotos für eine Aussage</translation>
    </message>
    <message>
        <source>{name}: {missed} % of known faces missed where {named} % of strangers get a name</source>
        <translation>{name}: {missed} % der bekannten Gesichter verfehlt, wenn {named} % der Fremden einen Namen bekommen</translation>
    </message>
    <message>
        <source>{name} was deleted.</source>
        <translation>{name} wurde gelöscht.</translation>
    </message>
    <message>
        <source>Stopped. Nothing has changed.</source>
        <translation>Angehalten. Nichts hat sich geändert.</translation>
    </message>
</context>
<context>
    <name>ModelsTable</name>
    <message>
        <source>tells faces apart: sure and fast, the usual one</source>
        <extracomment>What known models are good for.</extracomment>
        <translation>unterscheidet Gesichter: sicher und schnell, das übliche</translation>
    </message>
    <message>
        <source>tells faces apart: the one to train</source>
        <translation>unterscheidet Gesichter: das zum Trainieren</translation>
    </message>
    <message>
        <source>tells faces apart: small and fast</source>
        <translation>unterscheidet Gesichter: klein und schnell</translation>
    </message>
    <message>
        <source>tells faces apart: large, for commercial use too</source>
        <translation>unterscheidet Gesichter: groß, auch für gewerbliche Zwecke</translation>
    </message>
    <message>
        <source>tells faces apart: large, very sure</source>
        <translation>unterscheidet Gesichter: groß, sehr sicher</translation>
    </message>
    <message>
        <source>finds faces: small, turned and covered ones too</source>
        <translation>findet Gesichter: auch kleine, gedrehte und verdeckte</translation>
    </message>
    <message>
        <source>finds faces: the fastest, large ones</source>
        <translation>findet Gesichter: das schnellste, große</translation>
    </message>
    <message>
        <source>finds faces: tiny and fast, from 10 px</source>
        <translation>findet Gesichter: winzig und schnell, ab 10 px</translation>
    </message>
    <message>
        <source>finds faces: fast</source>
        <translation>findet Gesichter: schnell</translation>
    </message>
    <message>
        <source>finds faces: slower, small and turned ones too</source>
        <translation>findet Gesichter: langsamer, auch kleine und gedrehte</translation>
    </message>
    <message>
        <source>Models</source>
        <extracomment>Another one is marked now.</extracomment>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Good for</source>
        <translation>Gut für</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>finds faces</source>
        <translation>findet Gesichter</translation>
    </message>
    <message>
        <source>tells faces apart</source>
        <translation>unterscheidet Gesichter</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>here</source>
        <translation>vorhanden</translation>
    </message>
    <message>
        <source>here, not calibrated</source>
        <translation>vorhanden, nicht kalibriert</translation>
    </message>
    <message>
        <source>to be fetched</source>
        <translation>zu holen</translation>
    </message>
</context>
<context>
    <name>MoreSources</name>
    <message>
        <source>{name} is watched already.</source>
        <extracomment>How often the pace of all is looked at. Another source is large now.</extracomment>
        <translation>{name} wird schon angesehen.</translation>
    </message>
    <message>
        <source>Demo clip</source>
        <translation>Demo</translation>
    </message>
    <message numerus="yes">
        <source>%n sources, {slowest} to {fastest} pictures a second each.</source>
        <translation>
            <numerusform>%n Quelle, {slowest} bis {fastest} Bilder in der Sekunde.</numerusform>
            <numerusform>%n Quellen, je {slowest} bis {fastest} Bilder in der Sekunde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>That is more than this computer carries: about %n at once. Close one, or choose “Large faces, fastest” below.</source>
        <translation>
            <numerusform>Das ist mehr, als dieser Rechner schafft: etwa %n zugleich. Schließen Sie eine, oder wählen Sie unten „Große Gesichter, am schnellsten“.</numerusform>
            <numerusform>Das ist mehr, als dieser Rechner schafft: etwa %n zugleich. Schließen Sie eine, oder wählen Sie unten „Große Gesichter, am schnellsten“.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NamesakeLine</name>
    <message>
        <source>Somebody else of this &amp;name…</source>
        <extracomment>As much as fits below a name.</extracomment>
        <translation>Jemand anderes dieses &amp;Namens …</translation>
    </message>
    <message>
        <source>Two people are called the same: say what tells them apart</source>
        <translation>Zwei Personen heißen gleich: sagen Sie, was sie unterscheidet</translation>
    </message>
    <message>
        <source>What tells them apart: place, family, team</source>
        <translation>Was sie unterscheidet: Ort, Familie, Gruppe</translation>
    </message>
    <message>
        <source>What tells them apart</source>
        <translation>Was sie unterscheidet</translation>
    </message>
    <message>
        <source>Stands below the name in lists, and in brackets behind it elsewhere</source>
        <translation>Steht in Listen unter dem Namen und sonst in Klammern dahinter</translation>
    </message>
</context>
<context>
    <name>NamingPage</name>
    <message>
        <source>Photos looked at</source>
        <translation>Angesehene Fotos</translation>
    </message>
    <message>
        <source>Looking for faces in %1</source>
        <translation>Gesichter in %1 werden gesucht</translation>
    </message>
    <message>
        <source>Photos looked at: %1 of %2</source>
        <translation>Angesehene Fotos: %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>Who are these %n people?</source>
        <translation>
            <numerusform>Wer ist diese %n Person?</numerusform>
            <numerusform>Wer sind diese %n Personen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a face</source>
        <translation>
            <numerusform>%n ohne Gesicht</numerusform>
            <numerusform>%n ohne Gesicht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable</source>
        <translation>
            <numerusform>%n nicht lesbar</numerusform>
            <numerusform>%n nicht lesbar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) left out: too small, cut off or blurred to be enrolled</source>
        <translation>
            <numerusform>%n Person weggelassen: zum Aufnehmen zu klein, abgeschnitten oder unscharf</numerusform>
            <numerusform>%n Personen weggelassen: zum Aufnehmen zu klein, abgeschnitten oder unscharf</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Yes to all names</source>
        <translation>&amp;Ja zu allen Namen</translation>
    </message>
    <message>
        <source>Say yes wherever a name stands</source>
        <translation>Überall Ja sagen, wo ein Name steht</translation>
    </message>
    <message>
        <source>N&amp;o to all</source>
        <translation>N&amp;ein zu allen</translation>
    </message>
    <message>
        <source>Enroll nobody of these</source>
        <translation>Niemanden davon aufnehmen</translation>
    </message>
    <message>
        <source>Show &amp;more</source>
        <translation>&amp;Mehr zeigen</translation>
    </message>
    <message>
        <source>Show people with fewer photos</source>
        <translation>Personen mit weniger Fotos zeigen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Back without enrolling anybody (Esc)</source>
        <translation>Zurück, ohne jemanden aufzunehmen (Esc)</translation>
    </message>
    <message>
        <source>Make these people known</source>
        <translation>Diese Personen bekannt machen</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Enroll %n people</source>
        <translation>
            <numerusform>%n Person auf&amp;nehmen</numerusform>
            <numerusform>%n Personen auf&amp;nehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Enroll 1 person</source>
        <translation>1 Person auf&amp;nehmen</translation>
    </message>
</context>
<context>
    <name>NoPicture</name>
    <message>
        <source>Play the &amp;demo clip</source>
        <translation>&amp;Demo abspielen</translation>
    </message>
    <message>
        <source>Three people, two of them known</source>
        <translation>Drei Personen, zwei davon bekannt</translation>
    </message>
    <message>
        <source>&amp;Open a file…</source>
        <translation>Datei &amp;öffnen …</translation>
    </message>
    <message>
        <source>A video or a picture</source>
        <translation>Ein Video oder ein Bild</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>Noch einmal &amp;versuchen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>No camera was found</source>
        <translation>Keine Kamera gefunden</translation>
    </message>
    <message>
        <source>Plug one in and it appears by itself, or watch a video, a folder or a network camera.</source>
        <translation>Schließen Sie eine an, sie erscheint von selbst; oder sehen Sie ein Video, einen Ordner oder eine Netzwerkkamera an.</translation>
    </message>
</context>
<context>
    <name>NowHere</name>
    <message>
        <source>Nobody is in the picture.</source>
        <translation>Niemand ist im Bild.</translation>
    </message>
    <message>
        <source>Now here</source>
        <translation>Jetzt da</translation>
    </message>
</context>
<context>
    <name>OptionField</name>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message>
        <source>Passphrase</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>Noch einmal dasselbe</translation>
    </message>
    <message numerus="yes">
        <source>At least %n letter(s); four or five words are better.</source>
        <translation>
            <numerusform>Mindestens %n Zeichen; vier oder fünf Wörter sind besser.</numerusform>
            <numerusform>Mindestens %n Zeichen; vier oder fünf Wörter sind besser.</numerusform>
        </translation>
    </message>
    <message>
        <source>Type the same in both lines.</source>
        <translation>Geben Sie in beiden Zeilen dasselbe ein.</translation>
    </message>
</context>
<context>
    <name>PeopleList</name>
    <message>
        <source>People</source>
        <extracomment>Below this a percentage says nothing. Portraits asked for at once: about what can be seen. A name was clicked. A name was chosen for good, by Return or a double click. Names whose portraits would be seen and are not there; may be asked for again.</extracomment>
        <translation>Personen</translation>
    </message>
</context>
<context>
    <name>PeoplePane</name>
    <message>
        <source>&amp;New person…</source>
        <extracomment>The person, and paths of photos. Several people are chosen: a tuple of them. Tuples of the chosen people. People who have photos and were not enrolled, a tuple.</extracomment>
        <translation>&amp;Neue Person …</translation>
    </message>
    <message>
        <source>Enroll somebody new (Ctrl+N)</source>
        <translation>Jemand Neuen aufnehmen (Strg+N)</translation>
    </message>
    <message>
        <source>Nothing to take back</source>
        <translation>Nichts rückgängig zu machen</translation>
    </message>
    <message>
        <source>Make all people known who have photos but are not enrolled yet</source>
        <translation>Alle bekannt machen, die Fotos haben, aber noch nicht aufgenommen sind</translation>
    </message>
    <message>
        <source>Take back: %1 (Ctrl+Z)</source>
        <translation>Rückgängig: %1 (Strg+Z)</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search people</source>
        <translation>Personen suchen</translation>
    </message>
    <message>
        <source>Show only people whose name holds these words (Ctrl+F)</source>
        <translation>Nur Personen zeigen, deren Name diese Wörter enthält (Strg+F)</translation>
    </message>
    <message>
        <source>Order of the list</source>
        <translation>Reihenfolge der Liste</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message>
        <source>1 person</source>
        <translation>1 Person</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Enroll all %n</source>
        <translation>
            <numerusform>%n auf&amp;nehmen</numerusform>
            <numerusform>Alle %n auf&amp;nehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>Noch niemand</translation>
    </message>
    <message>
        <source>Nobody with such a name</source>
        <translation>Niemand mit solchem Namen</translation>
    </message>
    <message>
        <source>&amp;Rename…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
    <message>
        <source>&amp;Merge with…</source>
        <translation>Zusammen&amp;führen mit …</translation>
    </message>
    <message>
        <source>&amp;Make one person…</source>
        <translation>Zu &amp;einer Person machen …</translation>
    </message>
    <message>
        <source>&amp;Enroll from their photos</source>
        <translation>Aus ihren Fotos auf&amp;nehmen</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
</context>
<context>
    <name>PeopleState</name>
    <message>
        <source>&amp;Rebuild now</source>
        <translation>Jetzt &amp;neu anlegen</translation>
    </message>
    <message>
        <source>{name} is over.</source>
        <translation>{name} ist zu Ende.</translation>
    </message>
    <message>
        <source>&amp;Play again</source>
        <translation>Noch einmal &amp;abspielen</translation>
    </message>
    <message>
        <source>{name} is shown.</source>
        <translation>{name} wird gezeigt.</translation>
    </message>
    <message>
        <source>Nobody is enrolled yet, so every face is unknown.</source>
        <translation>Noch ist niemand aufgenommen, darum ist jedes Gesicht unbekannt.</translation>
    </message>
    <message>
        <source>&amp;Enroll somebody</source>
        <translation>Jemanden &amp;aufnehmen</translation>
    </message>
    <message>
        <source>The demo clip is over.</source>
        <translation>Die Demo ist zu Ende.</translation>
    </message>
    <message>
        <source>All pictures of {name} were shown.</source>
        <translation>Alle Bilder von {name} wurden gezeigt.</translation>
    </message>
    <message>
        <source>Rebuilding the database from the photos…</source>
        <translation>Die Datenbank wird aus den Fotos neu angelegt …</translation>
    </message>
    <message>
        <source>{problem}. Every face is unknown until it is rebuilt.</source>
        <translation>{problem}. Bis sie neu angelegt ist, ist jedes Gesicht unbekannt.</translation>
    </message>
    <message>
        <source>Rebuilding the database: {done} of {total} people…</source>
        <translation>Die Datenbank wird neu angelegt: {done} von {total} Personen …</translation>
    </message>
    <message>
        <source>Left out for lack of usable photos: {names}.</source>
        <translation>Mangels brauchbarer Fotos ausgelassen: {names}.</translation>
    </message>
    <message numerus="yes">
        <source>The database was made anew: %n people.</source>
        <translation>
            <numerusform>Die Datenbank wurde neu angelegt: %n Person.</numerusform>
            <numerusform>Die Datenbank wurde neu angelegt: %n Personen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonNameDialog</name>
    <message>
        <source>New person</source>
        <extracomment>Longer names than these are typing accidents; folders and lists bear with them all the same.</extracomment>
        <translation>Neue Person</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Any letters of any script</source>
        <translation>Beliebige Buchstaben jeder Schrift</translation>
    </message>
    <message>
        <source>Who is it?</source>
        <translation>Wer ist das?</translation>
    </message>
    <message>
        <source>What is the name?</source>
        <translation>Wie ist der Name?</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>&amp;Add to this person</source>
        <translation>Zu dieser Person &amp;hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <extracomment>On the button, for a name nobody has.</extracomment>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Add to %1</source>
        <translation>Zu %1 &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Somebody &amp;new</source>
        <translation>Jemand &amp;Neues</translation>
    </message>
    <message>
        <source>Somebody else, who is called exactly as it is typed</source>
        <translation>Jemand anderes, der genau so heißt wie eingegeben</translation>
    </message>
    <message>
        <source>Leave out line breaks and other characters that cannot be seen.</source>
        <translation>Lassen Sie Zeilenumbrüche und andere unsichtbare Zeichen weg.</translation>
    </message>
    <message>
        <source>Give the person a name with at least one letter.</source>
        <translation>Geben Sie der Person einen Namen mit mindestens einem Buchstaben.</translation>
    </message>
    <message>
        <source>Somebody else has this name. If both are one person, use Merge. If not, say in brackets what tells them apart: Anna (the lab).</source>
        <translation>Jemand anderes heißt so. Sind beide eine Person, führen Sie sie zusammen. Wenn nicht, sagen Sie in Klammern, was sie unterscheidet: Anna (Labor).</translation>
    </message>
    <message>
        <source>Say what tells the two apart.</source>
        <translation>Sagen Sie, was die beiden unterscheidet.</translation>
    </message>
    <message>
        <source>Somebody is called this, too.</source>
        <translation>Auch so heißt schon jemand.</translation>
    </message>
    <message>
        <source>Somebody with this name is known already: the photos will be added to them.</source>
        <translation>Jemand mit diesem Namen ist schon bekannt: Die Fotos werden dort hinzugefügt.</translation>
    </message>
    <message>
        <source>This is %1, who is known already.</source>
        <translation>Das ist %1, schon bekannt.</translation>
    </message>
    <message>
        <source>A long name: it will be shortened where there is little room.</source>
        <translation>Ein langer Name: Wo wenig Platz ist, wird er gekürzt.</translation>
    </message>
</context>
<context>
    <name>PersonPane</name>
    <message>
        <source>Nobody chosen</source>
        <extracomment>One of `PHOTO_DEEDS`, and the cards it is for.</extracomment>
        <translation>Niemand gewählt</translation>
    </message>
    <message>
        <source>Choose somebody in the list to see their photos.</source>
        <translation>Wählen Sie jemanden in der Liste, um die Fotos zu sehen.</translation>
    </message>
    <message>
        <source>Not enrolled yet: take photos or add some.</source>
        <translation>Noch nicht aufgenommen: Machen Sie Fotos, oder fügen Sie welche hinzu.</translation>
    </message>
    <message numerus="yes">
        <source>%n people chosen</source>
        <translation>
            <numerusform>%n Person gewählt</numerusform>
            <numerusform>%n Personen gewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete them with Del, or make them one person with Ctrl+M.</source>
        <translation>Mit Entf löschen oder mit Strg+M zu einer Person machen.</translation>
    </message>
    <message>
        <source>Consent: not recorded</source>
        <translation>Einwilligung: nicht festgehalten</translation>
    </message>
    <message>
        <source>Agreed to: %1</source>
        <translation>Zugestimmt: %1</translation>
    </message>
    <message>
        <source>Looking at the photos: %1 of %2</source>
        <translation>Fotos werden angesehen: %1 von %2</translation>
    </message>
    <message>
        <source>several people?</source>
        <translation>mehrere Personen?</translation>
    </message>
    <message>
        <source>Photos in use: %1 of %2</source>
        <translation>Fotos in Gebrauch: %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n taken while watching</source>
        <translation>
            <numerusform>%n beim Zusehen aufgenommen</numerusform>
            <numerusform>%n beim Zusehen aufgenommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Seen %n times, last on %1 (%2)</source>
        <translation>
            <numerusform>%n-mal gesehen, zuletzt am %1 (%2)</numerusform>
            <numerusform>%n-mal gesehen, zuletzt am %1 (%2)</numerusform>
        </translation>
    </message>
    <message>
        <source>Seen once, on %1 (%2)</source>
        <translation>Einmal gesehen, am %1 (%2)</translation>
    </message>
    <message>
        <source>Rename (F2)</source>
        <translation>Umbenennen (F2)</translation>
    </message>
    <message>
        <source>Note what this person agreed to…</source>
        <translation>Festhalten, wozu diese Person zugestimmt hat …</translation>
    </message>
    <message>
        <source>&amp;Merge…</source>
        <translation>Zusammen&amp;führen …</translation>
    </message>
    <message>
        <source>Make this person and another one the same person</source>
        <translation>Diese Person und eine andere zu einer machen</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>Delete this person (Del)</source>
        <translation>Diese Person löschen (Entf)</translation>
    </message>
    <message>
        <source>&amp;Enroll from these photos</source>
        <translation>Aus diesen Fotos &amp;aufnehmen</translation>
    </message>
    <message>
        <source>Make this person known by the photos that are there</source>
        <translation>Diese Person mit den vorhandenen Fotos bekannt machen</translation>
    </message>
    <message>
        <source>It is right: this is the person (R)</source>
        <translation>Es stimmt: das ist die Person (R)</translation>
    </message>
    <message>
        <source>Choose or draw the face in the chosen photo…</source>
        <translation>Gesicht im gewählten Foto wählen oder zeichnen …</translation>
    </message>
    <message>
        <source>Move to somebody else… (M)</source>
        <translation>Zu jemand anderem verschieben … (M)</translation>
    </message>
    <message>
        <source>Remove the chosen photo… (Del)</source>
        <translation>Das gewählte Foto entfernen … (Entf)</translation>
    </message>
    <message numerus="yes">
        <source>%n photos chosen</source>
        <translation>
            <numerusform>%n Foto gewählt</numerusform>
            <numerusform>%n Fotos gewählt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos need a look</source>
        <translation>
            <numerusform>%n Foto braucht einen Blick</numerusform>
            <numerusform>%n Fotos brauchen einen Blick</numerusform>
        </translation>
    </message>
    <message>
        <source>1 photo needs a look</source>
        <translation>1 Foto braucht einen Blick</translation>
    </message>
</context>
<context>
    <name>PhotoDialog</name>
    <message>
        <source>&amp;Previous</source>
        <extracomment>The path of the photo in which a face is to be chosen.</extracomment>
        <translation>&amp;Voriges</translation>
    </message>
    <message>
        <source>The photo before (Left)</source>
        <translation>Das Foto davor (Links)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Nächstes</translation>
    </message>
    <message>
        <source>The photo after (Right)</source>
        <translation>Das Foto danach (Rechts)</translation>
    </message>
    <message>
        <source>Choose the &amp;face…</source>
        <translation>&amp;Gesicht wählen …</translation>
    </message>
    <message>
        <source>Say which face is the person&apos;s, or draw it</source>
        <translation>Sagen, welches das Gesicht der Person ist, oder es zeichnen</translation>
    </message>
    <message>
        <source>Open the f&amp;ile</source>
        <translation>&amp;Datei öffnen</translation>
    </message>
    <message>
        <source>Open it with the program for pictures</source>
        <translation>Mit dem Bildprogramm öffnen</translation>
    </message>
    <message numerus="yes">
        <source>%n faces</source>
        <translation>
            <numerusform>%n Gesicht</numerusform>
            <numerusform>%n Gesichter</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoGrid</name>
    <message>
        <source>Photos of this person</source>
        <extracomment>What can be done with chosen photos, in the order of the menu. The photos. Of what `PHOTO_DEEDS` names, for the chosen photos.</extracomment>
        <translation>Fotos dieser Person</translation>
    </message>
</context>
<context>
    <name>PhotoThumbs</name>
    <message>
        <source>{0}
Click to open the folder</source>
        <translation>{0}
Klicken, um den Ordner zu öffnen</translation>
    </message>
</context>
<context>
    <name>Planner</name>
    <message>
        <source>The photos are being looked at.</source>
        <extracomment>Typing settles before the estimate is made anew.</extracomment>
        <translation>Die Fotos werden gerade angesehen.</translation>
    </message>
    <message>
        <source>The photos have not been looked at.</source>
        <translation>Die Fotos wurden nicht angesehen.</translation>
    </message>
    <message>
        <source>It takes two people with two usable photos each.</source>
        <translation>Es braucht zwei Personen mit je zwei brauchbaren Fotos.</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Augenblick …</translation>
    </message>
</context>
<context>
    <name>PlotsDialog</name>
    <message>
        <source>Every photo compared with every other</source>
        <translation>Jedes Foto mit jedem anderen verglichen</translation>
    </message>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>Error rates</source>
        <translation>Fehlerraten</translation>
    </message>
    <message>
        <source>Distances</source>
        <translation>Abstände</translation>
    </message>
    <message>
        <source>Two taken for one</source>
        <translation>Zwei für eine Person gehalten</translation>
    </message>
    <message>
        <source>One taken for two</source>
        <translation>Eine für zwei gehalten</translation>
    </message>
    <message>
        <source>Map (PCA)</source>
        <translation>Karte (PCA)</translation>
    </message>
    <message>
        <source>Map (t-SNE)</source>
        <translation>Karte (t-SNE)</translation>
    </message>
</context>
<context>
    <name>PoseRow</name>
    <message>
        <source>Photos from: %1</source>
        <extracomment>Where the nose is in the head, as shares of its half width; left is the person&apos;s own, seen in a mirror.</extracomment>
        <translation>Fotos mit Blick: %1</translation>
    </message>
    <message>
        <source>Missing: %1</source>
        <translation>Es fehlt: %1</translation>
    </message>
</context>
<context>
    <name>PresetPicker</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <extracomment>Presets with a card of their own, in this order; all others are recipes. The chosen one.</extracomment>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Trains on yours: {people}, {photos}.</source>
        <translation>Trainiert mit Ihren: {people}, {photos}.</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>For research, and for training from the beginning</source>
        <translation>Für die Forschung und für das Training von Grund auf</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Replace %1?</source>
        <translation>%1 ersetzen?</translation>
    </message>
    <message>
        <source>The file that has this name now is lost.</source>
        <translation>Die Datei, die jetzt so heißt, geht verloren.</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
</context>
<context>
    <name>RejectedCard</name>
    <message>
        <source>Take &amp;all back</source>
        <extracomment>Pictures (`list[Path]`) of faces that may be the person after all.</extracomment>
        <translation>&amp;Alle zurücknehmen</translation>
    </message>
    <message>
        <source>No longer rule out any of them</source>
        <translation>Keines davon länger ausschließen</translation>
    </message>
    <message numerus="yes">
        <source>%n faces were said not to be this person. A click takes one back.</source>
        <translation>
            <numerusform>Von %n Gesicht hieß es, es sei nicht diese Person. Ein Klick nimmt das zurück.</numerusform>
            <numerusform>Von %n Gesichtern hieß es, sie seien nicht diese Person. Ein Klick nimmt eines zurück.</numerusform>
        </translation>
    </message>
    <message>
        <source>One face was said not to be this person. A click takes that back.</source>
        <translation>Von einem Gesicht hieß es, es sei nicht diese Person. Ein Klick nimmt das zurück.</translation>
    </message>
    <message>
        <source>It may be this person after all: no longer rule it out</source>
        <translation>Es kann doch diese Person sein: nicht länger ausschließen</translation>
    </message>
    <message>
        <source>Rejected face</source>
        <translation>Abgelehntes Gesicht</translation>
    </message>
</context>
<context>
    <name>Rejecting</name>
    <message>
        <source>&amp;Undo</source>
        <extracomment>Looks of a rejected face that are remembered at most when it has left: the more, the surer it is known again. A face that was out of sight for this long has left.</extracomment>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Until this is stopped, this face will not be taken for {name} again.</source>
        <translation>Bis dies angehalten wird, gilt dieses Gesicht nicht mehr als {name}.</translation>
    </message>
    <message>
        <source>Until then one in five to eight of {name}&apos;s own appearances may get no name; afterwards only looks like these are told apart, or that would go on for good. To take it back later, see the page of {name}.</source>
        <translation>So lange bleibt vielleicht einer von fünf bis acht eigenen Auftritten von {name} ohne Namen; danach werden nur noch solche Anblicke unterschieden, sonst bliebe es für immer dabei. Zurücknehmen können Sie es auch später, auf der Seite von {name}.</translation>
    </message>
    <message>
        <source>In this film, this face will not be taken for {name} again.</source>
        <translation>In diesem Film gilt dieses Gesicht nicht mehr als {name}.</translation>
    </message>
    <message>
        <source>Also when it is played again: there one in five to eight of {name}&apos;s own appearances may get no name. To take it back later, see the page of {name}.</source>
        <translation>Auch wenn er wieder läuft: Dort bleibt vielleicht einer von fünf bis acht eigenen Auftritten von {name} ohne Namen. Zurücknehmen können Sie es auch später, auf der Seite von {name}.</translation>
    </message>
</context>
<context>
    <name>RestoreAction</name>
    <message>
        <source>Restore from</source>
        <translation>Wiederherstellen aus</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>Wird wiederhergestellt</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message>
        <source>Restored, as of %1: %2.</source>
        <translation>Wiederhergestellt, Stand %1: %2.</translation>
    </message>
    <message>
        <source>Close facecam and start it again: its settings were restored, too.</source>
        <translation>Schließen Sie facecam und starten Sie es neu: Auch die Einstellungen wurden wiederhergestellt.</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>Restore a backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>Kennwort der Sicherung</translation>
    </message>
    <message>
        <source>&amp;Replace everything</source>
        <translation>Alles &amp;ersetzen</translation>
    </message>
    <message>
        <source>People, photos, trainings and settings that are here now go, and those of {name} take their place. This cannot be taken back: back up what is here first, if you may want it.</source>
        <translation>Personen, Fotos, Trainings und Einstellungen, die jetzt hier sind, verschwinden; an ihre Stelle treten die von {name}. Das lässt sich nicht zurücknehmen: Sichern Sie vorher, was hier ist, wenn Sie es noch brauchen.</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>&amp;Deploy</source>
        <translation>&amp;Einsetzen</translation>
    </message>
    <message>
        <source>&amp;Keep the current one</source>
        <translation>Das bisherige &amp;behalten</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>No better model was found</source>
        <translation>Kein besseres Modell gefunden</translation>
    </message>
    <message>
        <source>The model in use is as it was. The log below says why.</source>
        <translation>Das eingesetzte Modell ist, wie es war. Das Protokoll unten sagt, warum.</translation>
    </message>
    <message>
        <source>The training was stopped</source>
        <translation>Das Training wurde angehalten</translation>
    </message>
    <message>
        <source>The model in use is as it was. Nothing is lost: the training can be continued.</source>
        <translation>Das eingesetzte Modell ist, wie es war. Nichts ist verloren: Das Training lässt sich fortsetzen.</translation>
    </message>
    <message>
        <source>{0} is in use now</source>
        <translation>{0} ist jetzt im Einsatz</translation>
    </message>
    <message>
        <source>{0} is ready</source>
        <translation>{0} ist fertig</translation>
    </message>
    <message>
        <source>It could not be compared with the model in use: no photos were kept aside.</source>
        <translation>Es ließ sich nicht mit dem eingesetzten Modell vergleichen: Es wurden keine Fotos zurückgelegt.</translation>
    </message>
    <message>
        <source>It cannot be used: too few photos were kept aside to find its threshold. Add photos.</source>
        <translation>Es lässt sich nicht verwenden: Es wurden zu wenige Fotos zurückgelegt, um seine Schwelle zu finden. Fügen Sie Fotos hinzu.</translation>
    </message>
    <message>
        <source>The training failed</source>
        <translation>Das Training ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>The training can be continued where it ended.</source>
        <translation>Das Training lässt sich fortsetzen, wo es endete.</translation>
    </message>
    <message>
        <source>The gallery is made anew with the new model…</source>
        <translation>Die Galerie wird mit dem neuen Modell neu angelegt …</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message numerus="yes">
        <source>In use now, also by Live: %n person(s) are known.</source>
        <translation>
            <numerusform>Jetzt im Einsatz, auch in Live: %n Person ist bekannt.</numerusform>
            <numerusform>Jetzt im Einsatz, auch in Live: %n Personen sind bekannt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Without usable photos: {0}.</source>
        <translation>Ohne brauchbare Fotos: {0}.</translation>
    </message>
    <message>
        <source>In use now, also by Live.</source>
        <translation>Jetzt im Einsatz, auch in Live.</translation>
    </message>
    <message>
        <source>The model in use is as it was.</source>
        <translation>Das eingesetzte Modell ist, wie es war.</translation>
    </message>
    <message>
        <source>The new model is better</source>
        <translation>Das neue Modell ist besser</translation>
    </message>
    <message>
        <source>The new model cannot be told apart from the current one</source>
        <translation>Das neue Modell ist vom bisherigen nicht zu unterscheiden</translation>
    </message>
    <message>
        <source>The new model is worse</source>
        <translation>Das neue Modell ist schlechter</translation>
    </message>
    <message>
        <source>better ({0} sure)</source>
        <translation>besser ({0} sicher)</translation>
    </message>
    <message>
        <source>the difference may be chance</source>
        <translation>der Unterschied kann Zufall sein</translation>
    </message>
    <message>
        <source>worse ({0} sure)</source>
        <translation>schlechter ({0} sicher)</translation>
    </message>
    <message>
        <source>How many: {photos} photos of {people} people were kept aside and not trained on. They make {same} pairs of one person and {different} pairs of two people.</source>
        <translation>Wie viele: {photos} Fotos von {people} Personen wurden zurückgelegt und nicht zum Trainieren benutzt. Sie ergeben {same} Paare einer Person und {different} Paare zweier Personen.</translation>
    </message>
    <message>
        <source>The figures: the chance that a pair of one person looks more alike to the model than a pair of two; 0.5 is guessing, 1 is perfect.</source>
        <translation>Die Zahlen: wie oft ein Paar einer Person dem Modell ähnlicher erscheint als ein Paar zweier Personen; 0,5 ist geraten, 1 ist vollkommen.</translation>
    </message>
    <message>
        <source>The percentages: the limit is set so that 1 in 100 pairs of two people would be taken for one. That share of the pairs of one person is then recognised.</source>
        <translation>Die Prozente: Die Grenze ist so gesetzt, dass von 100 Paaren zweier Personen eines für eine Person gehalten würde. Dieser Anteil der Paare einer Person wird dann erkannt.</translation>
    </message>
    <message>
        <source>In brackets: where the figure would lie in 95 of 100 repetitions with other people.</source>
        <translation>In Klammern: wo die Zahl in 95 von 100 Wiederholungen mit anderen Personen läge.</translation>
    </message>
    <message>
        <source>How sure: people were drawn again and again from these; in {share} of the drawings the new model was ahead. It is called better from 97.5 %, worse below 2.5 %.</source>
        <translation>Wie sicher: Aus diesen Personen wurde immer wieder gezogen; in {share} der Ziehungen lag das neue Modell vorn. Ab 97,5 % heißt es besser, unter 2,5 % schlechter.</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n held-out photo(s)</source>
        <translation>
            <numerusform>%n zurückgelegtem Foto</numerusform>
            <numerusform>%n zurückgelegten Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Too few photos to compare the two models</source>
        <translation>Zu wenige Fotos, um die beiden Modelle zu vergleichen</translation>
    </message>
    <message>
        <source>no evidence either way</source>
        <translation>kein Beleg für das eine oder andere</translation>
    </message>
    <message>
        <source>{0} ({1} to {2})</source>
        <translation>{0} ({1} bis {2})</translation>
    </message>
    <message>
        <source>Strangers that get a name: new model {new}, current {old} of {photos}; known people missed: {missed}, {missed_before}.</source>
        <translation>Fremde, die einen Namen bekommen: neues Modell {new}, bisheriges {old} von {photos}; übersehene Bekannte: {missed}, {missed_before}.</translation>
    </message>
    <message>
        <source>New model {new}, current {old} on {photos}: {verdict}</source>
        <translation>Neues Modell {new}, bisheriges {old} auf {photos}: {verdict}</translation>
    </message>
    <message>
        <source>Wh&amp;at does this mean?</source>
        <extracomment>The rate the two models are compared at.</extracomment>
        <translation>W&amp;as heißt das?</translation>
    </message>
    <message>
        <source>How many photos, how sure, what the figures are</source>
        <translation>Wie viele Fotos, wie sicher, was die Zahlen sind</translation>
    </message>
    <message>
        <source>&amp;Try it live</source>
        <translation>&amp;Live ausprobieren</translation>
    </message>
    <message>
        <source>Both models side by side on the camera or a film, before you decide</source>
        <translation>Beide Modelle nebeneinander mit der Kamera oder einem Film, bevor Sie entscheiden</translation>
    </message>
    <message>
        <source>Figures: area under the ROC curve.</source>
        <translation>Zahlen: Fläche unter der ROC-Kurve.</translation>
    </message>
    <message>
        <source>Figures: pairs of one person recognised when 1 % of strangers are accepted.</source>
        <translation>Zahlen: erkannte Paare einer Person, wenn 1 % der Fremden angenommen werden.</translation>
    </message>
    <message numerus="yes">
        <source>Of %n person(s), none of these photos was trained on.</source>
        <translation>
            <numerusform>Von %n Person; mit keinem dieser Fotos wurde trainiert.</numerusform>
            <numerusform>Von %n Personen; mit keinem dieser Fotos wurde trainiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Deploy anyway</source>
        <translation>&amp;Trotzdem einsetzen</translation>
    </message>
    <message>
        <source>Use the new model from now on; the gallery is made anew</source>
        <translation>Das neue Modell von jetzt an verwenden; die Galerie wird neu angelegt</translation>
    </message>
    <message>
        <source>The new model stays in weights/ and is not used</source>
        <translation>Das neue Modell bleibt in weights/ und wird nicht verwendet</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>Photos looked at</source>
        <extracomment>Two `Identity`: the person turned out to be somebody known already. Two `Identity`: the person only looks like somebody known. The `Identity` of the person whose photos look like several people, and the groups.</extracomment>
        <translation>Angesehene Fotos</translation>
    </message>
    <message>
        <source>Photos looked at: %1 of %2</source>
        <translation>Angesehene Fotos: %1 von %2</translation>
    </message>
    <message>
        <source>No photo of %1 could be used</source>
        <translation>Kein Foto von %1 war zu gebrauchen</translation>
    </message>
    <message>
        <source>Photos used: %1 of %2</source>
        <translation>Verwendete Fotos: %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n people are recognised now</source>
        <translation>
            <numerusform>%n Person wird jetzt erkannt</numerusform>
            <numerusform>%n Personen werden jetzt erkannt</numerusform>
        </translation>
    </message>
    <message>
        <source>People enrolled: %1 of %2</source>
        <translation>Aufgenommene Personen: %1 von %2</translation>
    </message>
    <message>
        <source>%1 is recognised now</source>
        <translation>%1 wird jetzt erkannt</translation>
    </message>
    <message>
        <source>No new photos of %1</source>
        <translation>Keine neuen Fotos von %1</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>noch weniger als eine Minute</translation>
    </message>
    <message numerus="yes">
        <source>about %n minutes left</source>
        <translation>
            <numerusform>noch etwa %n Minute</numerusform>
            <numerusform>noch etwa %n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>Only what needs &amp;attention (%1)</source>
        <translation>Nur was &amp;Aufmerksamkeit braucht (%1)</translation>
    </message>
    <message>
        <source>The &amp;same person: merge</source>
        <translation>&amp;Dieselbe Person: zusammenführen</translation>
    </message>
    <message>
        <source>Make both one person</source>
        <translation>Aus beiden eine Person machen</translation>
    </message>
    <message>
        <source>&amp;Two people</source>
        <translation>&amp;Zwei Personen</translation>
    </message>
    <message>
        <source>They only look alike: keep both</source>
        <translation>Sie sehen sich nur ähnlich: beide behalten</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Stop; of the person being looked at nothing is saved (Esc)</source>
        <translation>Anhalten; von der Person, die gerade angesehen wird, wird nichts gespeichert (Esc)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Take this enrollment back (Ctrl+Z)</source>
        <translation>Diese Aufnahme zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Only what needs attention</source>
        <translation>Nur was Aufmerksamkeit braucht</translation>
    </message>
    <message>
        <source>Hide the photos that are used or there already</source>
        <translation>Die Fotos ausblenden, die verwendet werden oder schon da sind</translation>
    </message>
    <message>
        <source>%1 % alike: recognition may confuse them.</source>
        <translation>Zu %1 % ähnlich: Die Erkennung kann sie verwechseln.</translation>
    </message>
    <message>
        <source>Add &amp;more…</source>
        <translation>&amp;Weitere hinzufügen …</translation>
    </message>
    <message>
        <source>Add more photos</source>
        <translation>Weitere Fotos hinzufügen</translation>
    </message>
    <message>
        <source>D&amp;one</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>Back (Esc)</source>
        <translation>Zurück (Esc)</translation>
    </message>
    <message>
        <source>%1 looks like %2, who is known already.</source>
        <translation>%1 sieht aus wie %2, und %2 ist schon bekannt.</translation>
    </message>
</context>
<context>
    <name>RunDialog</name>
    <message>
        <source>Setting</source>
        <extracomment>Lines of a chart must be told apart without their colour, too.</extracomment>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>A quick training has no curves.</source>
        <translation>Ein schnelles Training hat keine Kurven.</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>Progress of the training</source>
        <translation>Fortschritt des Trainings</translation>
    </message>
    <message>
        <source>Log of the training</source>
        <translation>Protokoll des Trainings</translation>
    </message>
    <message>
        <source>What happens is written here.</source>
        <translation>Hier steht, was geschieht.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Es geht los …</translation>
    </message>
    <message>
        <source>Stopping after the present step…</source>
        <translation>Wird nach diesem Schritt angehalten …</translation>
    </message>
    <message>
        <source>{0} is in use now</source>
        <translation>{0} ist jetzt im Einsatz</translation>
    </message>
    <message>
        <source>Training, epoch {0} of {1}</source>
        <translation>Training, Durchgang {0} von {1}</translation>
    </message>
    <message>
        <source>about {0} to go</source>
        <translation>noch etwa {0}</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>RunsController</name>
    <message>
        <source>Delete trainings?</source>
        <translation>Trainings löschen?</translation>
    </message>
    <message numerus="yes">
        <source>%n training(s) will be deleted.</source>
        <translation>
            <numerusform>%n Training wird gelöscht.</numerusform>
            <numerusform>%n Trainings werden gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Curves, settings, maps and checkpoints go for good. The models they made stay.</source>
        <translation>Kurven, Einstellungen, Karten und Zwischenstände werden endgültig gelöscht. Die Modelle daraus bleiben.</translation>
    </message>
    <message>
        <source>What was not finished cannot be continued any more.</source>
        <translation>Was nicht fertig wurde, kann dann nicht mehr fortgesetzt werden.</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
</context>
<context>
    <name>RunsPage</name>
    <message>
        <source>No training yet</source>
        <extracomment>Two runs or more.</extracomment>
        <translation>Noch kein Training</translation>
    </message>
    <message>
        <source>Each training and its figures will be listed here.</source>
        <translation>Hier wird jedes Training mit seinen Zahlen aufgeführt.</translation>
    </message>
    <message>
        <source>Earlier trainings</source>
        <translation>Frühere Trainings</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Then in use</source>
        <translation>Damals im Einsatz</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Sho&amp;w</source>
        <translation>&amp;Zeigen</translation>
    </message>
    <message>
        <source>Its curves, settings and map</source>
        <translation>Kurven, Einstellungen und Karte</translation>
    </message>
    <message>
        <source>C&amp;ompare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>Those that are marked, side by side; mark several with Ctrl or Shift</source>
        <translation>Die markierten nebeneinander; mehrere mit Strg oder Umschalt markieren</translation>
    </message>
    <message>
        <source>De&amp;lete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>Delete the records; the model stays</source>
        <translation>Die Unterlagen löschen; das Modell bleibt</translation>
    </message>
    <message>
        <source>Tr&amp;y it live</source>
        <translation>Live &amp;ausprobieren</translation>
    </message>
    <message>
        <source>Beside the model in use, before you decide</source>
        <translation>Neben dem Modell im Einsatz, bevor Sie entscheiden</translation>
    </message>
    <message>
        <source>&amp;Deploy this model</source>
        <translation>Dieses Modell &amp;einsetzen</translation>
    </message>
    <message>
        <source>Use it from now on; the gallery is made anew</source>
        <translation>Von jetzt an verwenden; die Galerie wird neu angelegt</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Goes on where it ended</source>
        <translation>Macht weiter, wo es endete</translation>
    </message>
    <message>
        <source>{0}, in use</source>
        <translation>{0}, im Einsatz</translation>
    </message>
</context>
<context>
    <name>SelfTestPage</name>
    <message>
        <source>Does it know your people?</source>
        <extracomment>A cure that costs this share of the known faces is offered, not recommended. Columns of whom is confused with whom that are figures.</extracomment>
        <translation>Kennt es Ihre Personen?</translation>
    </message>
    <message>
        <source>Every photo is looked up with itself left out, and once as if its person were a stranger. You see who is confused with whom, and a threshold for the share of strangers you accept.</source>
        <translation>Jedes Foto wird gesucht, ohne dass es selbst dabei ist, und einmal so, als wäre seine Person fremd. Sie sehen, wer mit wem verwechselt wird, und eine Schwelle für den Anteil Fremder, den Sie hinnehmen.</translation>
    </message>
    <message>
        <source>In use: {0}</source>
        <translation>Im Einsatz: {0}</translation>
    </message>
    <message>
        <source>too few people</source>
        <translation>zu wenige Personen</translation>
    </message>
    <message>
        <source>{0} of your people known</source>
        <translation>{0} Ihrer Personen erkannt</translation>
    </message>
    <message>
        <source>Test no&amp;w</source>
        <translation>&amp;Jetzt prüfen</translation>
    </message>
    <message>
        <source>the model was trained on these photos</source>
        <translation>das Modell wurde mit diesen Fotos trainiert</translation>
    </message>
    <message>
        <source>Use t&amp;hreshold {0}</source>
        <translation>Sc&amp;hwelle {0} verwenden</translation>
    </message>
    <message>
        <source>Use t&amp;hreshold {0}: {1} more missed</source>
        <translation>Sch&amp;welle {0} verwenden: {1} mehr verpasst</translation>
    </message>
    <message>
        <source>95 % sure: {0} to {1}</source>
        <translation>zu 95 % sicher: {0} bis {1}</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>im Einsatz</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>vorgeschlagen</translation>
    </message>
    <message>
        <source>{0}, taken for {1}</source>
        <translation>{0}, gehalten für {1}</translation>
    </message>
    <message>
        <source>Double-click or Return shows the photos</source>
        <translation>Doppelklick oder Eingabe zeigt die Fotos</translation>
    </message>
    <message>
        <source>known people named rightly</source>
        <translation>bekannte Personen richtig benannt</translation>
    </message>
    <message>
        <source>strangers that get a name</source>
        <translation>Fremde, die einen Namen bekommen</translation>
    </message>
    <message>
        <source>suggested threshold</source>
        <translation>vorgeschlagene Schwelle</translation>
    </message>
    <message>
        <source>Errors over the threshold</source>
        <translation>Fehler je nach Schwelle</translation>
    </message>
    <message>
        <source>strangers named</source>
        <translation>Fremde benannt</translation>
    </message>
    <message>
        <source>known missed</source>
        <translation>Bekannte übersehen</translation>
    </message>
    <message>
        <source>threshold (squared distance)</source>
        <translation>Schwelle (quadrierter Abstand)</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Taken for</source>
        <translation>Gehalten für</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>As a stranger</source>
        <translation>Als Fremder</translation>
    </message>
    <message>
        <source>Who is confused with whom</source>
        <translation>Wer mit wem verwechselt wird</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Photos that do harm</source>
        <translation>Fotos, die schaden</translation>
    </message>
    <message>
        <source>Share of strangers that may get a name</source>
        <translation>Anteil der Fremden, die einen Namen bekommen dürfen</translation>
    </message>
    <message>
        <source>The threshold is chosen so that about this share of strangers gets a name</source>
        <translation>Die Schwelle wird so gewählt, dass etwa dieser Anteil der Fremden einen Namen bekommt</translation>
    </message>
    <message>
        <source>Test &amp;again</source>
        <translation>&amp;Noch einmal prüfen</translation>
    </message>
    <message>
        <source>P&amp;lots…</source>
        <translation>&amp;Grafiken …</translation>
    </message>
    <message>
        <source>Curves, pairs that are judged wrongly, maps of your people</source>
        <translation>Kurven, falsch beurteilte Paare, Karten Ihrer Personen</translation>
    </message>
    <message>
        <source>Store it with the database; Live uses it at once</source>
        <translation>Mit der Datenbank speichern; Live verwendet sie sofort</translation>
    </message>
    <message>
        <source>of strangers may get a name</source>
        <translation>der Fremden dürfen einen Namen bekommen</translation>
    </message>
</context>
<context>
    <name>SettingEditor</name>
    <message>
        <source>automatic</source>
        <extracomment>Units, and what a number means that is not given.</extracomment>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>All faces: small, turned, covered ones too</source>
        <translation>Alle Gesichter: auch kleine, gedrehte, verdeckte</translation>
    </message>
    <message>
        <source>blaze: the fastest, for large faces</source>
        <translation>blaze: am schnellsten, für große Gesichter</translation>
    </message>
    <message>
        <source>hog: upright faces</source>
        <translation>hog: aufrechte Gesichter</translation>
    </message>
    <message>
        <source>cnn: turned faces too, slower</source>
        <translation>cnn: auch gedrehte Gesichter, langsamer</translation>
    </message>
    <message>
        <source>mtcnn: small faces</source>
        <translation>mtcnn: kleine Gesichter</translation>
    </message>
    <message>
        <source>yunet: small and fast, once fetched</source>
        <translation>yunet: klein und schnell, wenn es geholt wurde</translation>
    </message>
    <message>
        <source>scrfd-500m: fast, once fetched</source>
        <translation>scrfd-500m: schnell, wenn es geholt wurde</translation>
    </message>
    <message>
        <source>scrfd-10g: slower, once fetched</source>
        <translation>scrfd-10g: langsamer, wenn es geholt wurde</translation>
    </message>
    <message>
        <source>compared like all others</source>
        <translation>werden wie alle anderen verglichen</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>von niemandem</translation>
    </message>
    <message>
        <source>strangers: all without a name</source>
        <translation>von Fremden: allen ohne Namen</translation>
    </message>
    <message>
        <source>everybody</source>
        <translation>von allen</translation>
    </message>
    <message>
        <source>everybody but the chosen people</source>
        <translation>von allen außer den gewählten</translation>
    </message>
    <message>
        <source>only the chosen people</source>
        <translation>nur von den gewählten</translation>
    </message>
    <message>
        <source>f32: exact</source>
        <translation>f32: genau</translation>
    </message>
    <message>
        <source>the network itself</source>
        <translation>das Netz selbst</translation>
    </message>
    <message>
        <source>a small layer</source>
        <translation>eine kleine Schicht</translation>
    </message>
    <message>
        <source>ResNet8 on face parts</source>
        <translation>ResNet8 auf Teilen</translation>
    </message>
    <message>
        <source>tiny, for trying out</source>
        <translation>tiny, zum Ausprobieren</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>all but the last stage</source>
        <translation>bis auf die letzte Stufe</translation>
    </message>
    <message>
        <source>all but the embedding</source>
        <translation>bis auf die Einbettung</translation>
    </message>
    <message>
        <source>keeps its statistics</source>
        <translation>behält ihre Statistik</translation>
    </message>
    <message>
        <source>learns</source>
        <translation>lernt</translation>
    </message>
    <message>
        <source>some photos of each</source>
        <translation>einige Fotos von allen</translation>
    </message>
    <message>
        <source>all photos of some people</source>
        <translation>einige Personen ganz</translation>
    </message>
    <message>
        <source>keep them</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>leave them out</source>
        <translation>weglassen</translation>
    </message>
    <message>
        <source>in the batch</source>
        <translation>im Stapel</translation>
    </message>
    <message>
        <source>in several batches</source>
        <translation>in mehreren Stapeln</translation>
    </message>
    <message>
        <source>in the whole set</source>
        <translation>in allen Fotos</translation>
    </message>
    <message>
        <source>triplet</source>
        <translation>Tripel</translation>
    </message>
    <message>
        <source>all (batch all)</source>
        <translation>alle (batch all)</translation>
    </message>
    <message>
        <source>the hardest (batch hard)</source>
        <translation>schwerste (batch hard)</translation>
    </message>
    <message>
        <source>semi-hard</source>
        <translation>halbschwere (semi-hard)</translation>
    </message>
    <message>
        <source>random (batch random)</source>
        <translation>zufällige (batch random)</translation>
    </message>
    <message>
        <source>adaptive</source>
        <translation>anpassend (adaptive)</translation>
    </message>
    <message>
        <source>squared</source>
        <translation>quadriert</translation>
    </message>
    <message>
        <source>not squared</source>
        <translation>nicht quadriert</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>gleichbleibend</translation>
    </message>
    <message>
        <source>exponential</source>
        <translation>exponentiell</translation>
    </message>
    <message>
        <source>in steps</source>
        <translation>in Stufen</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>one cycle</source>
        <translation>ein Zyklus</translation>
    </message>
    <message>
        <source>on plateaus</source>
        <translation>bei Stillstand</translation>
    </message>
    <message>
        <source>from a file</source>
        <translation>aus einer Datei</translation>
    </message>
    <message>
        <source>if it is better</source>
        <translation>wenn es besser ist</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>bf16: faster where the processor has it</source>
        <translation>bf16: schneller, wo der Prozessor es kann</translation>
    </message>
    <message>
        <source>f16: faster where the processor has it</source>
        <translation>f16: schneller, wo der Prozessor es kann</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>about 1 in {0}</source>
        <extracomment>Shares of strangers offered. Shares of strangers among the faces offered. Least, most, step of numbers: what `Settings` checks, and no more. What a number that is None means, where it is not found by itself.</extracomment>
        <translation>etwa 1 von {0}</translation>
    </message>
    <message>
        <source>{0} of 100</source>
        <translation>{0} von 100</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>&amp;Detector</source>
        <extracomment>Fields of `Settings` in the order of the pages. Fields not named here are for the command line.</extracomment>
        <translation>&amp;Gesichtssuche</translation>
    </message>
    <message>
        <source>&amp;Smallest face</source>
        <translation>&amp;Kleinstes Gesicht</translation>
    </message>
    <message>
        <source>&amp;Enlarge pictures</source>
        <translation>Bilder &amp;vergrößern</translation>
    </message>
    <message>
        <source>Stran&amp;gers who may get a name</source>
        <translation>&amp;Fremde, die einen Namen bekommen dürfen</translation>
    </message>
    <message>
        <source>&amp;Accept a name below</source>
        <translation>Name &amp;unter Abstand</translation>
    </message>
    <message>
        <source>Faces &amp;like everybody</source>
        <translation>&amp;Gesichter, die allen ähneln</translation>
    </message>
    <message>
        <source>&amp;Only people seen to be alive</source>
        <translation>Nur &amp;wer als lebendig gesehen wurde</translation>
    </message>
    <message>
        <source>Ask them to blin&amp;k and turn</source>
        <translation>Um &amp;Blinzeln und Kopfdrehen bitten</translation>
    </message>
    <message>
        <source>A&amp;rithmetic</source>
        <translation>&amp;Rechengenauigkeit</translation>
    </message>
    <message>
        <source>&amp;Training computes on</source>
        <translation>&amp;Training rechnet auf</translation>
    </message>
    <message>
        <source>Strangers e&amp;xpected</source>
        <translation>Fremde unter den Gesi&amp;chtern</translation>
    </message>
    <message>
        <source>Name a person t&amp;wice</source>
        <translation>Eine Person z&amp;weimal benennen</translation>
    </message>
    <message>
        <source>&amp;Blur faces of</source>
        <translation>&amp;Gesichter verwischen</translation>
    </message>
    <message>
        <source>Cho&amp;sen people</source>
        <translation>Gewählte Per&amp;sonen</translation>
    </message>
    <message>
        <source>&amp;Photos of people</source>
        <translation>&amp;Fotos der Personen</translation>
    </message>
    <message>
        <source>&amp;Gallery</source>
        <translation>&amp;Galerie</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>Keep &amp;visits of people</source>
        <translation>&amp;Besuche von Personen behalten</translation>
    </message>
    <message>
        <source>Keep visits of &amp;unknown faces</source>
        <translation>Besuche unbekannter &amp;Gesichter behalten</translation>
    </message>
    <message>
        <source>Keep recor&amp;dings and pictures</source>
        <translation>Aufzeic&amp;hnungen und Bilder behalten</translation>
    </message>
    <message>
        <source>Keep records of &amp;trainings</source>
        <translation>Unterlagen von &amp;Trainings behalten</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>Erkennung</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Tell me</source>
        <translation>Bescheid sagen</translation>
    </message>
    <message>
        <source>Nobody is chosen whose face is to be blurred.</source>
        <translation>Es ist niemand gewählt, dessen Gesicht verwischt werden soll.</translation>
    </message>
    <message>
        <source>Write names beside Chosen people, or choose another kind.</source>
        <translation>Schreiben Sie Namen bei Gewählte Personen, oder wählen Sie eine andere Art.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation>Farben des Fensters</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Pictures of strangers are only ever in memory, never on disk, until you give them a name</source>
        <translation>Bilder von Fremden sind nur im Arbeitsspeicher, nie auf der Festplatte, bis Sie ihnen einen Namen geben</translation>
    </message>
    <message>
        <source>&amp;Keep unknown faces</source>
        <translation>&amp;Unbekannte behalten</translation>
    </message>
    <message>
        <source>Keep a &amp;log of who was seen when</source>
        <translation>&amp;Protokoll führen, wer wann gesehen wurde</translation>
    </message>
    <message>
        <source>A text file beside the gallery; deleting a person removes their lines</source>
        <translation>Eine Textdatei neben der Galerie; mit einer Person werden auch ihre Zeilen gelöscht</translation>
    </message>
    <message>
        <source>Ask what people &amp;agree to when they are enrolled</source>
        <translation>Beim Aufnehmen &amp;fragen, wozu jemand zustimmt</translation>
    </message>
    <message>
        <source>The answer is kept with its date; in a household it can be switched off</source>
        <translation>Die Antwort wird mit Datum aufbewahrt; im Haushalt lässt sich die Frage abschalten</translation>
    </message>
    <message>
        <source>&amp;Back up everything…</source>
        <translation>Alles &amp;sichern …</translation>
    </message>
    <message>
        <source>Photos, people, trainings and settings in one encrypted file</source>
        <translation>Fotos, Personen, Trainings und Einstellungen in einer verschlüsselten Datei</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>Sicherung &amp;wiederherstellen …</translation>
    </message>
    <message>
        <source>Asks for its passphrase, and says what it replaces</source>
        <translation>Fragt nach ihrem Kennwort und sagt, was sie ersetzt</translation>
    </message>
    <message>
        <source>En&amp;cryption…</source>
        <translation>Versch&amp;lüsselung …</translation>
    </message>
    <message>
        <source>Of what is kept of people, with a passphrase or the system&apos;s keyring</source>
        <translation>Was über Personen aufbewahrt wird, mit einem Kennwort oder dem Schlüsselbund des Systems</translation>
    </message>
    <message>
        <source>Erase &amp;everything of mine…</source>
        <translation>&amp;Alles von mir löschen …</translation>
    </message>
    <message>
        <source>Says what would go, and asks twice</source>
        <translation>Sagt, was verschwände, und fragt zweimal</translation>
    </message>
    <message>
        <source>Nothing leaves this computer but what you have sent under Tell me. There are no accounts and no statistics.</source>
        <translation>Nichts verlässt diesen Computer, außer was Sie unter Bescheid sagen senden lassen. Es gibt keine Konten und keine Statistik.</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>Gar nicht</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message>
        <source>The language changes when facecam is started again.</source>
        <translation>Die Sprache ändert sich beim nächsten Start von facecam.</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Enroll</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Enroll people</source>
        <extracomment>Longer explanations are broken, so that the sheet fits a small screen.</extracomment>
        <translation>Personen aufnehmen</translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation>Ein Modell trainieren</translation>
    </message>
    <message>
        <source>Recognise live</source>
        <translation>Live erkennen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Full screen on and off</source>
        <translation>Vollbild an und aus</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>Diese Tasten zeigen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Enroll somebody new</source>
        <translation>Jemand Neuen aufnehmen</translation>
    </message>
    <message>
        <source>Search people</source>
        <translation>Personen suchen</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Take back the last change</source>
        <translation>Letzte Änderung rückgängig machen</translation>
    </message>
    <message>
        <source>Make the chosen people one</source>
        <translation>Die gewählten Personen zu einer machen</translation>
    </message>
    <message>
        <source>Show the chosen photo large</source>
        <translation>Das gewählte Foto groß zeigen</translation>
    </message>
    <message>
        <source>Choose the face in the chosen photo</source>
        <translation>Das Gesicht im gewählten Foto wählen</translation>
    </message>
    <message>
        <source>Set the chosen photo as portrait</source>
        <translation>Das gewählte Foto als Porträt nehmen</translation>
    </message>
    <message>
        <source>Move the chosen photos to somebody</source>
        <translation>Die gewählten Fotos jemandem geben</translation>
    </message>
    <message>
        <source>The chosen photos do show the person</source>
        <translation>Die gewählten Fotos zeigen wirklich die Person</translation>
    </message>
    <message>
        <source>Remove the chosen photos</source>
        <translation>Die gewählten Fotos entfernen</translation>
    </message>
    <message>
        <source>Start and stop</source>
        <translation>Starten und anhalten</translation>
    </message>
    <message>
        <source>Hold the picture and go on</source>
        <translation>Bild anhalten und weiter</translation>
    </message>
    <message>
        <source>A frame or picture back</source>
        <translation>Ein Einzelbild oder Bild zurück</translation>
    </message>
    <message>
        <source>A frame or picture forward</source>
        <translation>Ein Einzelbild oder Bild vor</translation>
    </message>
    <message>
        <source>To the next unknown face</source>
        <translation>Zum nächsten unbekannten Gesicht</translation>
    </message>
    <message>
        <source>Play a film slower</source>
        <translation>Film langsamer abspielen</translation>
    </message>
    <message>
        <source>Play a film faster</source>
        <translation>Film schneller abspielen</translation>
    </message>
    <message>
        <source>Save a picture</source>
        <translation>Ein Bild speichern</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Aufzeichnen</translation>
    </message>
    <message>
        <source>Only the picture</source>
        <translation>Nur das Bild</translation>
    </message>
    <message>
        <source>List of people</source>
        <translation>Liste der Personen</translation>
    </message>
    <message>
        <source>Speed of the stages in Live</source>
        <translation>Tempo der Stufen in Live</translation>
    </message>
    <message>
        <source>Close a message or a dialog, go back</source>
        <extracomment>Keys that belong to lists, pictures and dialogs themselves: shown, not installed. (keys, text, where)</extracomment>
        <translation>Meldung oder Dialog schließen, zurückgehen</translation>
    </message>
    <message>
        <source>To the next field; with Shift to the one before</source>
        <translation>Zum nächsten Feld; mit Umschalt zum vorigen</translation>
    </message>
    <message>
        <source>What can be done with what is chosen</source>
        <translation>Was sich mit dem Ausgewählten tun lässt</translation>
    </message>
    <message>
        <source>From the search to the list, as Return does; Esc clears it</source>
        <translation>Von der Suche zur Liste, wie die Eingabetaste; Esc leert sie</translation>
    </message>
    <message>
        <source>Rename the chosen person</source>
        <translation>Die gewählte Person umbenennen</translation>
    </message>
    <message>
        <source>Delete the chosen people, in their list</source>
        <translation>In der Liste: die gewählten Personen löschen</translation>
    </message>
    <message>
        <source>Choose all in the list</source>
        <translation>Alle in der Liste auswählen</translation>
    </message>
    <message>
        <source>Mark all earlier runs, to compare or delete them</source>
        <translation>Alle früheren Trainings markieren, zum Vergleichen oder Löschen</translation>
    </message>
    <message>
        <source>Show the marked earlier run</source>
        <translation>Das markierte Training zeigen</translation>
    </message>
    <message>
        <source>The next face, or the next picture of a folder</source>
        <translation>Das nächste Gesicht oder das nächste Bild eines Ordners</translation>
    </message>
    <message>
        <source>The next face</source>
        <translation>Das nächste Gesicht</translation>
    </message>
    <message>
        <source>What can be done with the chosen face</source>
        <translation>Was sich mit dem gewählten Gesicht tun lässt</translation>
    </message>
    <message>
        <source>Back from only the picture</source>
        <translation>Zurück von „Nur das Bild“</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Demo clip</source>
        <extracomment>Size, rate and rotation of the camera of this name are to be asked for. The cameras offered.</extracomment>
        <translation>Demo</translation>
    </message>
    <message>
        <source>Choose a source</source>
        <translation>Quelle wählen</translation>
    </message>
    <message>
        <source>What is watched: {name}</source>
        <translation>Zu sehen: {name}</translation>
    </message>
    <message>
        <source>Source: {name}</source>
        <translation>Quelle: {name}</translation>
    </message>
    <message>
        <source>Open a video or picture</source>
        <translation>Ein Video oder Bild öffnen</translation>
    </message>
    <message>
        <source>Videos and pictures</source>
        <translation>Videos und Bilder</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>Einen Ordner mit Bildern öffnen</translation>
    </message>
    <message>
        <source>Open an address</source>
        <translation>Eine Adresse öffnen</translation>
    </message>
    <message>
        <source>Address of a network camera or video (rtsp://, http://, https://):</source>
        <translation>Adresse einer Netzwerkkamera oder eines Videos (rtsp://, http://, https://):</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>Keine Kamera gefunden</translation>
    </message>
    <message>
        <source>&amp;Size, rate, rotation, exposure…</source>
        <translation>&amp;Größe, Rate, Drehung, Belichtung …</translation>
    </message>
    <message>
        <source>Of the camera that is watched</source>
        <translation>Der Kamera, die gezeigt wird</translation>
    </message>
    <message>
        <source>&amp;Demo clip</source>
        <translation>&amp;Demo</translation>
    </message>
    <message>
        <source>&amp;File…</source>
        <translation>D&amp;atei …</translation>
    </message>
    <message>
        <source>F&amp;older of pictures…</source>
        <translation>&amp;Ordner mit Bildern …</translation>
    </message>
    <message>
        <source>&amp;Address…</source>
        <translation>A&amp;dresse …</translation>
    </message>
</context>
<context>
    <name>SourceTile</name>
    <message>
        <source>{source}: show it large</source>
        <extracomment>Name and button above the picture, a line below it, the frame, a bar to scroll.</extracomment>
        <translation>{source}: groß zeigen</translation>
    </message>
    <message>
        <source>Close {source}</source>
        <translation>{source} schließen</translation>
    </message>
    <message>
        <source>{rate} pictures/s</source>
        <translation>{rate} Bilder/s</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet …</translation>
    </message>
    <message>
        <source>Lost; it comes back by itself</source>
        <translation>Verloren; kommt von selbst wieder</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Zu Ende</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
</context>
<context>
    <name>SpeedPanel</name>
    <message>
        <source>{rate} frames/s · {width}×{height}</source>
        <extracomment>Weight of the newest value in the running mean, and how often the lines change.</extracomment>
        <translation>{rate} Bilder/s · {width}×{height}</translation>
    </message>
    <message>
        <source>latency {ms} ms</source>
        <translation>Verzögerung {ms} ms</translation>
    </message>
</context>
<context>
    <name>SplitDialog</name>
    <message>
        <source>Several people?</source>
        <translation>Mehrere Personen?</translation>
    </message>
    <message>
        <source>All of these show %1; do not ask again</source>
        <translation>Alle diese zeigen %1; nicht mehr fragen</translation>
    </message>
    <message>
        <source>&amp;One person: it is right</source>
        <translation>&amp;Eine Person: es stimmt</translation>
    </message>
    <message>
        <source>&amp;Split</source>
        <translation>&amp;Trennen</translation>
    </message>
    <message>
        <source>Give each group to the person named</source>
        <translation>Jede Gruppe der genannten Person geben</translation>
    </message>
    <message numerus="yes">
        <source>These photos of %1 look like %n people</source>
        <translation>
            <numerusform>Diese Fotos von %1 sehen nach %n Person aus</numerusform>
            <numerusform>Diese Fotos von %1 sehen nach %n Personen aus</numerusform>
        </translation>
    </message>
    <message>
        <source>Name those who are somebody else. A group without a name stays where it is.</source>
        <translation>Benennen Sie die, die jemand anderes sind. Eine Gruppe ohne Namen bleibt, wo sie ist.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of group %1</source>
        <translation>Name von Gruppe %1</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weiteres</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StartBar</name>
    <message>
        <source>One moment…</source>
        <extracomment>It grew or shrank.</extracomment>
        <translation>Einen Augenblick …</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Ends after the present step; it can be continued</source>
        <translation>Endet nach diesem Schritt; lässt sich fortsetzen</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>How long it takes is being estimated…</source>
        <translation>Die Dauer wird geschätzt…</translation>
    </message>
    <message>
        <source>Co&amp;ntinue {0} (epoch {1} of {2})</source>
        <translation>{0} fo&amp;rtsetzen (Durchgang {1} von {2})</translation>
    </message>
    <message>
        <source>Goes on where {0} ended</source>
        <translation>Macht weiter, wo {0} endete</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>&amp;Start · about {0}</source>
        <translation>&amp;Starten · etwa {0}</translation>
    </message>
    <message>
        <source>Train a new model; the model in use stays until you decide</source>
        <translation>Ein neues Modell trainieren; das eingesetzte bleibt, bis Sie entscheiden</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Looking at your people…</source>
        <translation>Ihre Personen werden angesehen …</translation>
    </message>
    <message>
        <source>Stop this</source>
        <translation>Das anhalten</translation>
    </message>
    <message>
        <source>Show the training</source>
        <translation>Zum Training</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n Person</numerusform>
            <numerusform>%n Personen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>{processor}
Arithmetic of the networks: {precision}</source>
        <translation>{processor}
Rechengenauigkeit der Netze: {precision}</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>gallery of another model</source>
        <translation>Galerie eines anderen Modells</translation>
    </message>
    <message>
        <source>gallery of another detector</source>
        <translation>Galerie einer anderen Gesichtssuche</translation>
    </message>
    <message>
        <source>gallery damaged</source>
        <translation>Galerie beschädigt</translation>
    </message>
    <message>
        <source>gallery out of reach</source>
        <translation>Galerie nicht erreichbar</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) not enrolled yet</source>
        <translation>
            <numerusform>%n Person noch nicht aufgenommen</numerusform>
            <numerusform>%n Personen noch nicht aufgenommen</numerusform>
        </translation>
    </message>
    <message>
        <source>gallery up to date</source>
        <translation>Galerie aktuell</translation>
    </message>
</context>
<context>
    <name>StrangersFetcher</name>
    <message>
        <source>Official portraits of the members of the US Congress: some 540 people, one photo each, 40 MB, from unitedstates.github.io. They are in the public domain: everybody may use them.</source>
        <extracomment>Now they are all there: the folder.</extracomment>
        <translation>Amtliche Porträts der Mitglieder des US-Kongresses: rund 540 Personen, je ein Foto, 40 MB, von unitedstates.github.io. Sie sind gemeinfrei: alle dürfen sie benutzen.</translation>
    </message>
    <message>
        <source>A trained model is then tried on them: none of them may get the name of one of your people. They are not enrolled.</source>
        <translation>Ein trainiertes Modell wird dann an ihnen erprobt: niemand davon darf den Namen einer Ihrer Personen bekommen. Aufgenommen werden sie nicht.</translation>
    </message>
    <message>
        <source>It takes some minutes, and goes on in the background; what has come is not fetched again.</source>
        <translation>Es dauert einige Minuten und geht im Hintergrund weiter; was da ist, wird nicht noch einmal geholt.</translation>
    </message>
    <message>
        <source>Get faces of strangers?</source>
        <translation>Gesichter von Fremden holen?</translation>
    </message>
    <message>
        <source>&amp;Get them</source>
        <translation>&amp;Holen</translation>
    </message>
    <message>
        <source>Getting faces of strangers</source>
        <translation>Gesichter von Fremden werden geholt</translation>
    </message>
    <message numerus="yes">
        <source>Faces of %n stranger(s) are there; trained models are tried on them.</source>
        <translation>
            <numerusform>Das Gesicht von %n fremden Person ist da; trainierte Modelle werden daran erprobt.</numerusform>
            <numerusform>Gesichter von %n fremden Personen sind da; trainierte Modelle werden daran erprobt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StrangersRow</name>
    <message>
        <source>Get &amp;faces of strangers…</source>
        <translation>&amp;Gesichter von Fremden holen…</translation>
    </message>
    <message>
        <source>Portraits everybody may use, to try trained models on people who must not be recognised</source>
        <translation>Porträts, die alle benutzen dürfen: an ihnen wird erprobt, ob ein trainiertes Modell niemanden verwechselt</translation>
    </message>
    <message>
        <source>Stop; what has come is kept</source>
        <translation>Anhalten; was da ist, bleibt</translation>
    </message>
    <message>
        <source>Getting faces of strangers</source>
        <translation>Gesichter von Fremden werden geholt</translation>
    </message>
    <message>
        <source>{0} of {1} strangers</source>
        <translation>{0} von {1} Fremden</translation>
    </message>
</context>
<context>
    <name>Tabs</name>
    <message>
        <source>Enroll</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Make people known, by camera or from photos</source>
        <translation>Personen bekannt machen, mit der Kamera oder aus Fotos</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Fine-tune the network on your people</source>
        <translation>Das Netz auf Ihre Personen abstimmen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Recognise people in live video</source>
        <translation>Personen im Live-Bild erkennen</translation>
    </message>
</context>
<context>
    <name>Tester</name>
    <message>
        <source>Looking at the photos…</source>
        <extracomment>What is drawn sooner needs no bar.</extracomment>
        <translation>Die Fotos werden angesehen …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Plots of my people</source>
        <translation>Grafiken meiner Personen</translation>
    </message>
    <message>
        <source>The threshold {0} is in use now, also by Live.</source>
        <translation>Die Schwelle {0} gilt jetzt, auch in Live.</translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation>Es wird gezeichnet …</translation>
    </message>
</context>
<context>
    <name>Threshold</name>
    <message>
        <source>distance below {value}</source>
        <extracomment>The slider goes from this to this times the recommended threshold, in steps of 0.001. Moves are put in force at most this often. What a threshold costs.</extracomment>
        <translation>Abstand unter {value}</translation>
    </message>
    <message>
        <source>strangers named: {share}</source>
        <translation>Fremde benannt: {share}</translation>
    </message>
    <message>
        <source>strangers: {share}</source>
        <translation>Fremde: {share}</translation>
    </message>
    <message>
        <source>known people missed: {share}</source>
        <translation>Bekannte verpasst: {share}</translation>
    </message>
    <message>
        <source>missed: {share}</source>
        <translation>verpasst: {share}</translation>
    </message>
    <message>
        <source>under 0.1 %</source>
        <translation>unter 0.1 %</translation>
    </message>
</context>
<context>
    <name>ThresholdControl</name>
    <message>
        <source>From strict to lenient</source>
        <translation>Von streng bis großzügig</translation>
    </message>
    <message>
        <source>Back to the recommended strictness</source>
        <translation>Zurück zur empfohlenen Strenge</translation>
    </message>
    <message>
        <source>strict</source>
        <translation>streng</translation>
    </message>
    <message>
        <source>lenient</source>
        <translation>großzügig</translation>
    </message>
    <message>
        <source>A face gets a name if its squared distance is below {value}. Left: fewer strangers are taken for somebody, but people you know are missed more often.</source>
        <translation>Ein Gesicht bekommt einen Namen, wenn sein quadrierter Abstand unter {value} liegt. Links: Weniger Fremde werden für jemanden gehalten, aber Bekannte werden öfter verpasst.</translation>
    </message>
    <message>
        <source>Estimated from the model&apos;s calibration and the number of people enrolled.</source>
        <translation>Geschätzt aus der Kalibrierung des Modells und der Zahl der aufgenommenen Personen.</translation>
    </message>
    <message>
        <source>From the last test on your people.</source>
        <translation>Aus der letzten Prüfung an Ihren Personen.</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Place in the film</source>
        <extracomment>Room for names: as much as the longest takes, within these. Seconds that the arrow and page keys go. Where it stands, s. The marks shown.</extracomment>
        <translation>Stelle im Film</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Bild {number}</translation>
    </message>
</context>
<context>
    <name>Train</name>
    <message>
        <source>two names, one person</source>
        <extracomment>The rate at which models are compared. Where this tab&apos;s words are translated.</extracomment>
        <translation>doppelte Personen</translation>
    </message>
    <message>
        <source>mixed people</source>
        <translation>gemischte Personen</translation>
    </message>
    <message>
        <source>suspicious labels</source>
        <translation>fragliche Namen</translation>
    </message>
    <message>
        <source>unreadable photos</source>
        <translation>unlesbare Fotos</translation>
    </message>
    <message>
        <source>duplicates</source>
        <translation>Doppelte</translation>
    </message>
    <message>
        <source>no face found</source>
        <translation>kein Gesicht gefunden</translation>
    </message>
    <message>
        <source>blurred photos</source>
        <translation>unscharfe Fotos</translation>
    </message>
    <message>
        <source>poor photos</source>
        <translation>schlechte Fotos</translation>
    </message>
    <message>
        <source>too few photos</source>
        <translation>zu wenige Fotos</translation>
    </message>
    <message>
        <source>Looking at the photos</source>
        <translation>Fotos ansehen</translation>
    </message>
    <message>
        <source>Preparing the photos</source>
        <translation>Fotos vorbereiten</translation>
    </message>
    <message>
        <source>Looking for wrong names</source>
        <translation>Suche nach falschen Namen</translation>
    </message>
    <message>
        <source>Leaving out photos that do not fit</source>
        <translation>Unpassende Fotos weglassen</translation>
    </message>
    <message>
        <source>Looking at the faces with the model in use</source>
        <translation>Gesichter mit dem eingesetzten Modell ansehen</translation>
    </message>
    <message>
        <source>Finding the threshold</source>
        <translation>Schwelle suchen</translation>
    </message>
    <message>
        <source>Starting the training</source>
        <translation>Das Training wird gestartet</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Finding the best layer</source>
        <translation>Beste Schicht suchen</translation>
    </message>
    <message>
        <source>Saving the model</source>
        <translation>Modell speichern</translation>
    </message>
    <message>
        <source>Comparing with the model in use</source>
        <translation>Vergleich mit dem eingesetzten Modell</translation>
    </message>
    <message>
        <source>Rebuilding the gallery</source>
        <translation>Galerie neu anlegen</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>%1 and %2 look like one person.</source>
        <translation>%1 und %2 sehen wie eine Person aus.</translation>
    </message>
    <message numerus="yes">
        <source>These photos look like %n people.</source>
        <translation>
            <numerusform>Diese Fotos sehen nach %n Person aus.</numerusform>
            <numerusform>Diese Fotos sehen nach %n Personen aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>%3 looks like %2, not like %1.</source>
        <translation>%3 sieht wie %2 aus, nicht wie %1.</translation>
    </message>
    <message>
        <source>%3 does not look like %1.</source>
        <translation>%3 sieht nicht wie %1 aus.</translation>
    </message>
    <message>
        <source>&amp;Merge into %1</source>
        <translation>Mit %1 &amp;zusammenführen</translation>
    </message>
    <message>
        <source>They are one person: everything of %1 goes to %2</source>
        <translation>Sie sind eine Person: alles von %1 geht an %2</translation>
    </message>
    <message>
        <source>%1 is %2 now.</source>
        <translation>%1 ist jetzt %2.</translation>
    </message>
    <message>
        <source>M&amp;ove to %1</source>
        <translation>Zu %1 &amp;verschieben</translation>
    </message>
    <message>
        <source>The photo is %1&apos;s now.</source>
        <translation>Das Foto gehört jetzt zu %1.</translation>
    </message>
    <message>
        <source>It shows %1: move it there</source>
        <translation>Es zeigt %1: dorthin verschieben</translation>
    </message>
    <message>
        <source>&amp;Delete the photo</source>
        <translation>Foto &amp;löschen</translation>
    </message>
    <message>
        <source>The photo was removed.</source>
        <translation>Das Foto wurde entfernt.</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n photos</source>
        <translation>
            <numerusform>%n Foto &amp;löschen</numerusform>
            <numerusform>%n Fotos &amp;löschen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos were removed.</source>
        <translation>
            <numerusform>%n Foto wurde entfernt.</numerusform>
            <numerusform>%n Fotos wurden entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove it, with what is known by it</source>
        <translation>Entfernen, mit dem, was dadurch bekannt ist</translation>
    </message>
    <message>
        <source>It does show %1: do not ask again</source>
        <translation>Es zeigt wirklich %1: nicht mehr fragen</translation>
    </message>
    <message>
        <source>It will not be asked again.</source>
        <translation>Danach wird nicht mehr gefragt.</translation>
    </message>
    <message>
        <source>It is &amp;right</source>
        <translation>Es &amp;stimmt</translation>
    </message>
    <message>
        <source>See the groups side by side in the Enroll tab, and split them</source>
        <translation>Die Gruppen nebeneinander im Reiter „Aufnehmen“ sehen und trennen</translation>
    </message>
    <message>
        <source>&amp;Split…</source>
        <translation>&amp;Trennen …</translation>
    </message>
    <message>
        <source>Show all photos of %1 in the Enroll tab</source>
        <translation>Alle Fotos von %1 im Reiter „Aufnehmen“ zeigen</translation>
    </message>
    <message>
        <source>Show the &amp;person</source>
        <translation>&amp;Person zeigen</translation>
    </message>
    <message>
        <source>Go to %1 in the Enroll tab</source>
        <translation>Zu %1 im Reiter „Aufnehmen“</translation>
    </message>
    <message>
        <source>&amp;Add photos…</source>
        <translation>Fotos &amp;hinzufügen …</translation>
    </message>
</context>
<context>
    <name>TrainController</name>
    <message>
        <source>Training</source>
        <extracomment>Share of the work that must be done before a rate says more than the estimate. Progress of these is progress of the epochs. What is going on.</extracomment>
        <translation>Training</translation>
    </message>
    <message>
        <source>Changing the model</source>
        <translation>Modell wechseln</translation>
    </message>
    <message>
        <source>Training is being stopped</source>
        <translation>Das Training wird angehalten</translation>
    </message>
    <message>
        <source>Training, about {0} left</source>
        <translation>Training, noch etwa {0}</translation>
    </message>
    <message>
        <source>the training ended because of a fault in the program</source>
        <translation>das Training endete wegen eines Programmfehlers</translation>
    </message>
    <message>
        <source>The model in use is as it was.</source>
        <translation>Das eingesetzte Modell ist, wie es war.</translation>
    </message>
</context>
<context>
    <name>TrainTab</name>
    <message>
        <source>Tra&amp;ining</source>
        <translation>T&amp;raining</translation>
    </message>
    <message>
        <source>Curves, result and map of a training</source>
        <translation>Kurven, Ergebnis und Karte eines Trainings</translation>
    </message>
    <message>
        <source>Test on my &amp;people</source>
        <translation>An meinen &amp;Personen prüfen</translation>
    </message>
    <message>
        <source>Earlier r&amp;uns</source>
        <translation>&amp;Frühere Trainings</translation>
    </message>
    <message>
        <source>Who is known, who is confused</source>
        <translation>Wer erkannt und wer verwechselt wird</translation>
    </message>
    <message>
        <source>All trainings so far</source>
        <translation>Alle bisherigen Trainings</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>A training makes a new model from your photos. The model in use stays until you have seen both figures side by side and decided. Choose a card on the left, then Start.</source>
        <translation>Ein Training macht aus Ihren Fotos ein neues Modell. Das eingesetzte bleibt, bis Sie beide Zahlen nebeneinander gesehen und entschieden haben. Wählen Sie links eine Karte, dann „Starten“.</translation>
    </message>
    <message>
        <source>Teach it your people</source>
        <translation>Bringen Sie ihm Ihre Personen bei</translation>
    </message>
    <message>
        <source>Nobody to train on yet</source>
        <translation>Noch niemand zum Trainieren</translation>
    </message>
    <message>
        <source>Enroll at least two people, with four photos each or more; ten are good.</source>
        <translation>Nehmen Sie mindestens zwei Personen auf, jede mit vier oder mehr Fotos; zehn sind gut.</translation>
    </message>
    <message>
        <source>Enroll people</source>
        <translation>Personen aufnehmen</translation>
    </message>
    <message>
        <source>{0} is in use now, also by Live.</source>
        <translation>{0} ist jetzt im Einsatz, auch in Live.</translation>
    </message>
</context>
<context>
    <name>TrainingSidePanel</name>
    <message>
        <source>All settings of the training</source>
        <extracomment>Of a window so wide the settings take two columns.</extracomment>
        <translation>Alle Einstellungen des Trainings</translation>
    </message>
    <message>
        <source>&amp;More settings</source>
        <translation>&amp;Weitere Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>&amp;Zurücksetzen</translation>
    </message>
    <message>
        <source>Back to the settings of the card</source>
        <translation>Zurück zu den Einstellungen der Karte</translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n geändert</numerusform>
            <numerusform>%n geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>Your photos</source>
        <translation>Ihre Fotos</translation>
    </message>
    <message>
        <source>What to train</source>
        <translation>Was trainiert wird</translation>
    </message>
</context>
<context>
    <name>TrialBar</name>
    <message>
        <source>&amp;Deploy</source>
        <translation>&amp;Einsetzen</translation>
    </message>
    <message>
        <source>Use the new model from now on; the gallery is made anew</source>
        <translation>Das neue Modell von jetzt an verwenden; die Galerie wird neu angelegt</translation>
    </message>
    <message>
        <source>&amp;End the trial</source>
        <translation>&amp;Probe beenden</translation>
    </message>
    <message>
        <source>The model in use stays</source>
        <translation>Das Modell im Einsatz bleibt</translation>
    </message>
</context>
<context>
    <name>UnknownTrayView</name>
    <message>
        <source>Faces nobody knows appear here.</source>
        <translation>Hier erscheinen Gesichter, die niemand kennt.</translation>
    </message>
    <message>
        <source>How long faces stay here after they were last seen. They are kept in memory only.</source>
        <translation>Wie lange Gesichter hier bleiben, nachdem sie zuletzt zu sehen waren. Sie sind nur im Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>Keep unknown faces for</source>
        <translation>Unbekannte Gesichter behalten für</translation>
    </message>
    <message>
        <source>Forget all unknown faces now</source>
        <translation>Alle unbekannten Gesichter jetzt vergessen</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>UnlockDialog</name>
    <message>
        <source>Passphrase</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Your people are encrypted. Which passphrase opens them?</source>
        <translation>Ihre Personen sind verschlüsselt. Welches Kennwort öffnet sie?</translation>
    </message>
</context>
<context>
    <name>VerdictList</name>
    <message>
        <source>Photos and what became of them</source>
        <translation>Fotos und was aus ihnen wurde</translation>
    </message>
</context>
<context>
    <name>WarningCard</name>
    <message>
        <source>&amp;Undo</source>
        <extracomment>The name of somebody to show in the Enroll tab.</extracomment>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Take this back</source>
        <translation>Dies zurücknehmen</translation>
    </message>
</context>
<context>
    <name>WarningsDialog</name>
    <message>
        <source>Show &amp;more</source>
        <extracomment>Warnings shown at once; more come by a button.</extracomment>
        <translation>&amp;Mehr zeigen</translation>
    </message>
    <message>
        <source>Until the window is closed everything can be taken back.</source>
        <translation>Bis das Fenster geschlossen wird, lässt sich alles zurücknehmen.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Enroll the &amp;first person</source>
        <translation>Die &amp;erste Person aufnehmen</translation>
    </message>
    <message>
        <source>With the camera or from photos</source>
        <translation>Mit der Kamera oder aus Fotos</translation>
    </message>
    <message>
        <source>Show me the &amp;demo</source>
        <translation>&amp;Demo zeigen</translation>
    </message>
    <message>
        <source>With demo people; your own folders stay untouched</source>
        <translation>Mit Demo-Personen; Ihre eigenen Ordner bleiben unberührt</translation>
    </message>
    <message>
        <source>Welcome to facecam</source>
        <translation>Willkommen bei facecam</translation>
    </message>
    <message>
        <source>It learns the faces you show it and recognises them in live video.</source>
        <translation>Es lernt die Gesichter, die Sie ihm zeigen, und erkennt sie im Live-Bild wieder.</translation>
    </message>
    <message>
        <source>Everything stays on this computer, unless you choose a server for your people.</source>
        <translation>Alles bleibt auf diesem Computer, außer Sie wählen einen Server für Ihre Personen.</translation>
    </message>
    <message>
        <source>1 · Enroll</source>
        <translation>1 · Aufnehmen</translation>
    </message>
    <message>
        <source>Show a face to the camera, or choose a few photos. Five are enough.</source>
        <translation>Zeigen Sie der Kamera ein Gesicht, oder wählen Sie ein paar Fotos. Fünf genügen.</translation>
    </message>
    <message>
        <source>2 · Live</source>
        <translation>2 · Live</translation>
    </message>
    <message>
        <source>See names above faces at once. Strangers stay unknown.</source>
        <translation>Sofort stehen Namen über den Gesichtern. Fremde bleiben unbekannt.</translation>
    </message>
    <message>
        <source>3 · Train</source>
        <translation>3 · Trainieren</translation>
    </message>
    <message>
        <source>If you like: fine-tune the network on your people, and keep it only if it is better.</source>
        <translation>Wenn Sie mögen: Stimmen Sie das Netz auf Ihre Personen ab, und behalten Sie es nur, wenn es besser ist.</translation>
    </message>
</context>
<context>
    <name>_Busy</name>
    <message>
        <source>Opening</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Opening the models and the source…</source>
        <translation>Modelle und Quelle werden geöffnet …</translation>
    </message>
</context>
<context>
    <name>_GroupRow</name>
    <message>
        <source>Name…</source>
        <translation>Name …</translation>
    </message>
    <message>
        <source>Say who this is; enrolled from these pictures</source>
        <translation>Sagen, wer das ist; aufgenommen aus diesen Bildern</translation>
    </message>
    <message>
        <source>Forget this face</source>
        <translation>Dieses Gesicht vergessen</translation>
    </message>
    <message numerus="yes">
        <source>Unknown person, seen %n time(s)</source>
        <translation>
            <numerusform>Unbekannte Person, %n-mal gesehen</numerusform>
            <numerusform>Unbekannte Person, %n-mal gesehen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_MessageCard</name>
    <message>
        <source>Close this message (Esc)</source>
        <extracomment>More would cover the tab; the others wait their turn. Of a dialog that is lower it would cover what is asked; a low one hides little of the window. News goes by itself: long enough to be read twice, with a button long enough to think better of it. Messages that came while dialogs were open, with those dialogs.</extracomment>
        <translation>Diese Meldung schließen (Esc)</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Unknown faces</source>
        <extracomment>Somebody&apos;s small picture is renewed this often: it must not cost the window its breath.</extracomment>
        <translation>Unbekannte Gesichter</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>seit {time}</translation>
    </message>
</context>
<context>
    <name>_Section</name>
    <message>
        <source>Show or hide these settings</source>
        <extracomment>The window asks after each training whether its model is to be used. The last options that could be meant. What is wrong with what is shown.</extracomment>
        <translation>Diese Einstellungen ein- oder ausblenden</translation>
    </message>
</context>
<context>
    <name>_Waiting</name>
    <message>
        <source>Progress of the test</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>St&amp;op</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Looking at photo {0} of {1}</source>
        <translation>Foto {0} von {1} wird angesehen</translation>
    </message>
    <message>
        <source>Looking at the photos…</source>
        <translation>Die Fotos werden angesehen …</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>distance below which a face gets a name; automatic takes the model&apos;s own, which was measured</source>
        <translation>Abstand, unter dem ein Gesicht einen Namen bekommt; automatisch gilt der gemessene des Modells</translation>
    </message>
    <message>
        <source>the fewer may, the more often people you know are missed</source>
        <translation>je weniger, desto öfter werden Bekannte nicht erkannt</translation>
    </message>
    <message>
        <source>the percentage beside a name allows for them</source>
        <translation>die Prozentzahl neben einem Namen berücksichtigt sie</translation>
    </message>
    <message>
        <source>doubles pictures this many times to see smaller faces; slower</source>
        <translation>verdoppelt Bilder so oft, um kleinere Gesichter zu sehen; langsamer</translation>
    </message>
    <message>
        <source>mirrors and pictures on the wall too; otherwise only the most similar face has the name</source>
        <translation>auch Spiegel und Bilder an der Wand; sonst trägt nur das ähnlichste Gesicht den Namen</translation>
    </message>
    <message>
        <source>which faces are found: all of them is right nearly always; the others are for comparison</source>
        <extracomment>Where the help of the declaration speaks of flags.</extracomment>
        <translation>welche Gesichter gefunden werden: alle ist fast immer richtig; die anderen dienen dem Vergleich</translation>
    </message>
    <message>
        <source>automatic asks more of faces that are like many others, less of the rest; a distance of your own above is compared as it is</source>
        <translation>automatisch verlangt mehr von Gesichtern, die vielen ähneln, weniger vom Rest; ein eigener Abstand oben gilt, wie er ist</translation>
    </message>
    <message>
        <source>Live names people once their eyes or mouth were seen to move, or their head to turn a little: a photo held to the camera mostly gets no name, a film of somebody does. This is no login</source>
        <translation>Live benennt Personen erst, wenn sich Augen oder Mund bewegt haben oder der Kopf sich etwas gedreht hat: Ein vor die Kamera gehaltenes Foto bekommt meist keinen Namen, ein Film von jemandem schon. Das ist keine Anmeldung</translation>
    </message>
    <message>
        <source>with the one above: also asks for a blink and a turn of the head, in an order drawn anew</source>
        <translation>mit dem darüber: bittet zusätzlich um ein Blinzeln und eine Kopfdrehung, in jedes Mal neuer Reihenfolge</translation>
    </message>
    <message>
        <source>how long lines of the log stay, from when somebody left</source>
        <translation>wie lange Zeilen des Protokolls bleiben, ab dem Gehen gerechnet</translation>
    </message>
    <message>
        <source>the same for faces without a name</source>
        <translation>dasselbe für Gesichter ohne Namen</translation>
    </message>
    <message>
        <source>what Live saved; files you renamed or moved stay</source>
        <translation>was Live gespeichert hat; umbenannte oder verschobene Dateien bleiben</translation>
    </message>
    <message>
        <source>the model a training made stays</source>
        <translation>das Modell, das ein Training gemacht hat, bleibt</translation>
    </message>
    <message>
        <source>in recordings, saved pictures and everything in Live; clear only where you are asked who it is</source>
        <translation>in Aufzeichnungen, gespeicherten Bildern und überall in Live; deutlich nur, wo gefragt wird, wer es ist</translation>
    </message>
    <message>
        <source>names with semicolons between them: Ada; Eve</source>
        <translation>Namen mit Strichpunkten dazwischen: Ada; Eve</translation>
    </message>
    <message>
        <source>where the vectors of people&apos;s faces are kept: a folder, or the address of a server that stations share</source>
        <translation>wo die Vektoren der Gesichter liegen: ein Ordner, oder die Adresse eines Servers, den sich Stationen teilen</translation>
    </message>
    <message>
        <source>where the networks are kept</source>
        <translation>wo die Netze liegen</translation>
    </message>
    <message>
        <source>Ask whoever set facecam up for the part that trains networks; Quick works without it.</source>
        <extracomment>By what the command does: the way of the window, as a whole sentence.</extracomment>
        <translation>Bitten Sie, wer facecam eingerichtet hat, um den Teil, der Netze trainiert; Schnell geht auch ohne ihn.</translation>
    </message>
    <message>
        <source>Ask whoever looks after this computer for the right to use cameras (group video), then log in again.</source>
        <translation>Bitten Sie, wer diesen Rechner betreut, um das Recht, Kameras zu benutzen (Gruppe video), und melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Make a copy in H.264 with a film program.</source>
        <translation>Machen Sie mit einem Filmprogramm eine Kopie in H.264.</translation>
    </message>
    <message>
        <source>Make a smaller copy with a film program.</source>
        <translation>Machen Sie mit einem Filmprogramm eine kleinere Kopie.</translation>
    </message>
    <message>
        <source>Another training made it: choose another name for the new one.</source>
        <translation>Es stammt von einem anderen Training: wählen Sie für das neue einen anderen Namen.</translation>
    </message>
    <message>
        <source>Earlier runs in Train deletes its records; the model is a folder where the models are kept: Settings, Folders.</source>
        <translation>Seine Unterlagen löscht „Frühere Trainings“ unter Trainieren; das Modell ist ein Ordner bei den Modellen: Einstellungen, Ordner.</translation>
    </message>
    <message>
        <source>A threshold is found anew in Train: Test on my people.</source>
        <translation>Eine Schwelle finden Sie neu unter Trainieren: An meinen Personen prüfen.</translation>
    </message>
    <message>
        <source>Find a threshold in Train: Test on my people.</source>
        <translation>Finden Sie eine Schwelle unter Trainieren: An meinen Personen prüfen.</translation>
    </message>
    <message>
        <source>Add photos of your people and train again, or use another model.</source>
        <translation>Fügen Sie Fotos Ihrer Personen hinzu und trainieren Sie neu, oder verwenden Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Report a problem, in the menu, says what facecam finds.</source>
        <translation>„Ein Problem melden“ im Menü sagt, was facecam findet.</translation>
    </message>
    <message>
        <source>Rebuild the gallery.</source>
        <translation>Legen Sie die Galerie neu an.</translation>
    </message>
    <message>
        <source>Enroll shows everybody and each photo.</source>
        <translation>Aufnehmen zeigt alle Personen und jedes Foto.</translation>
    </message>
    <message>
        <source>If they are one person, merge them in Enroll.</source>
        <translation>Sind sie eine Person, führen Sie sie unter Aufnehmen zusammen.</translation>
    </message>
    <message>
        <source>If they should stay deleted, delete them in Enroll.</source>
        <translation>Sollen sie gelöscht bleiben, löschen Sie sie unter Aufnehmen.</translation>
    </message>
    <message>
        <source>Add photos in Enroll.</source>
        <translation>Fügen Sie unter Aufnehmen Fotos hinzu.</translation>
    </message>
    <message>
        <source>Choose a camera or a film as the source.</source>
        <translation>Wählen Sie eine Kamera oder einen Film als Quelle.</translation>
    </message>
    <message>
        <source>Train shows all of them: Earlier runs.</source>
        <translation>Trainieren zeigt sie alle: Frühere Trainings.</translation>
    </message>
    <message>
        <source>Check the network connection and repeat; what came is kept.</source>
        <translation>Prüfen Sie die Netzverbindung und wiederholen Sie es; was gekommen ist, bleibt.</translation>
    </message>
    <message>
        <source>Get it: menu of models, at the top, More models.</source>
        <translation>Holen Sie ihn: Menü der Modelle, oben, Weitere Modelle.</translation>
    </message>
    <message>
        <source>It is put in use by itself only where strangers show no harm: More settings has a button that gets faces of strangers.</source>
        <translation>Von selbst wird es nur benutzt, wo Fremde keinen Schaden zeigen: Unter Weitere Einstellungen holt ein Knopf Gesichter von Fremden.</translation>
    </message>
    <message>
        <source>The menu of models, at the top, shows all of them.</source>
        <translation>Das Menü der Modelle oben zeigt sie alle.</translation>
    </message>
    <message>
        <source>Set facecam up again.</source>
        <translation>Richten Sie facecam neu ein.</translation>
    </message>
    <message>
        <source>squared distance</source>
        <extracomment>What a distance is called where a number of one is shown.</extracomment>
        <translation>quadrierter Abstand</translation>
    </message>
</context>
<context>
    <name>enroll</name>
    <message>
        <source>By name</source>
        <extracomment>All people, whatever is searched for. The people in the list.</extracomment>
        <translation>Nach Name</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Most photos first</source>
        <translation>Meiste Fotos zuerst</translation>
    </message>
    <message>
        <source>Photos used: %1 of %2</source>
        <extracomment>The report has the last word; until then a verdict is a first impression. Whether the file stays: photos the camera just took are gone when they were judged. What stands in the list, from top to bottom.</extracomment>
        <translation>Verwendete Fotos: %1 von %2</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>Wartet …</translation>
    </message>
    <message>
        <source>Looked at</source>
        <translation>Angesehen</translation>
    </message>
    <message>
        <source>The file holds more pictures: save them as files of their own.</source>
        <translation>Die Datei enthält weitere Bilder: Speichern Sie sie als eigene Dateien.</translation>
    </message>
    <message>
        <source>Choose face…</source>
        <translation>Gesicht wählen …</translation>
    </message>
    <message>
        <source>Show face…</source>
        <translation>Gesicht zeigen …</translation>
    </message>
    <message>
        <source>Other face…</source>
        <translation>Anderes Gesicht …</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Dieselbe Person</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Of a hundred pairs of photos as like one another as the nearest two of theirs, so many show one person.</source>
        <translation>Von hundert Paaren von Fotos, die einander so ähnlich sind wie die zwei nächsten von ihnen, zeigen so viele dieselbe Person.</translation>
    </message>
    <message>
        <source>not enrolled yet</source>
        <translation>noch nicht aufgenommen</translation>
    </message>
    <message>
        <source>known to another model</source>
        <translation>einem anderen Modell bekannt</translation>
    </message>
    <message>
        <source>known without photos</source>
        <translation>bekannt ohne Fotos</translation>
    </message>
    <message>
        <source>known by older data</source>
        <translation>durch ältere Daten bekannt</translation>
    </message>
    <message>
        <source>more would help</source>
        <translation>mehr wären besser</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>sehr gut</translation>
    </message>
    <message>
        <source>There are photos, but this person is not recognised yet.</source>
        <translation>Es gibt Fotos, aber diese Person wird noch nicht erkannt.</translation>
    </message>
    <message>
        <source>Recognised by imported data. Photos would keep the person after a training.</source>
        <translation>Wird aus übernommenen Daten erkannt. Mit Fotos bliebe die Person auch nach einem Training bekannt.</translation>
    </message>
    <message>
        <source>There are no photos, and what is known was made by another model. It is kept until that model is used again. Add photos to have this person recognised now.</source>
        <translation>Es gibt keine Fotos, und was bekannt ist, stammt von einem anderen Modell. Es bleibt aufgehoben, bis dieses Modell wieder verwendet wird. Fügen Sie Fotos hinzu, damit die Person jetzt erkannt wird.</translation>
    </message>
    <message>
        <source>There are no photos, and what is known was made with another detector. It is recognised with a limit of its own. Photos would make it more certain.</source>
        <translation>Es gibt keine Fotos, und was bekannt ist, stammt von einer anderen Gesichtssuche. Es wird mit einer eigenen Grenze erkannt. Mit Fotos wäre es sicherer.</translation>
    </message>
    <message>
        <source>Three or more photos make recognition much more certain.</source>
        <translation>Mit drei oder mehr Fotos wird das Erkennen viel sicherer.</translation>
    </message>
    <message>
        <source>Recognised well. More photos from other sides make it more certain still.</source>
        <translation>Wird gut erkannt. Weitere Fotos von anderen Seiten machen es noch sicherer.</translation>
    </message>
    <message>
        <source>Recognised very well.</source>
        <translation>Wird sehr gut erkannt.</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Unlesbar</translation>
    </message>
    <message>
        <source>No face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>Several faces</source>
        <translation>Mehrere Gesichter</translation>
    </message>
    <message>
        <source>Face too small</source>
        <translation>Gesicht zu klein</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Abgeschnitten</translation>
    </message>
    <message>
        <source>Blurred</source>
        <translation>Unscharf</translation>
    </message>
    <message>
        <source>Too dark</source>
        <translation>Zu dunkel</translation>
    </message>
    <message>
        <source>Too bright</source>
        <translation>Zu hell</translation>
    </message>
    <message>
        <source>Too little contrast</source>
        <translation>Zu wenig Kontrast</translation>
    </message>
    <message>
        <source>Turned away</source>
        <translation>Abgewandt</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Schon da</translation>
    </message>
    <message>
        <source>Unlike the others</source>
        <translation>Anders als die übrigen</translation>
    </message>
    <message>
        <source>Open it in a picture program and save it again.</source>
        <translation>Öffnen Sie es in einem Bildprogramm und speichern Sie es neu.</translation>
    </message>
    <message>
        <source>Use a photo that shows the face from the front.</source>
        <translation>Nehmen Sie ein Foto, das das Gesicht von vorn zeigt.</translation>
    </message>
    <message>
        <source>Say which face is meant.</source>
        <translation>Sagen Sie, welches Gesicht gemeint ist.</translation>
    </message>
    <message>
        <source>Use a photo taken from nearer.</source>
        <translation>Nehmen Sie ein Foto aus größerer Nähe.</translation>
    </message>
    <message>
        <source>Use a photo that shows the whole face.</source>
        <translation>Nehmen Sie ein Foto, das das ganze Gesicht zeigt.</translation>
    </message>
    <message>
        <source>Use a sharper photo.</source>
        <translation>Nehmen Sie ein schärferes Foto.</translation>
    </message>
    <message>
        <source>Use a photo with light on the face.</source>
        <translation>Nehmen Sie ein Foto mit Licht im Gesicht.</translation>
    </message>
    <message>
        <source>Use a photo with less light.</source>
        <translation>Nehmen Sie ein Foto mit weniger Licht.</translation>
    </message>
    <message>
        <source>Use a photo with more contrast.</source>
        <translation>Nehmen Sie ein Foto mit mehr Kontrast.</translation>
    </message>
    <message>
        <source>Use a photo facing the camera.</source>
        <translation>Nehmen Sie ein Foto mit Blick in die Kamera.</translation>
    </message>
    <message>
        <source>Nothing to do: the same picture is there already.</source>
        <translation>Nichts zu tun: Dasselbe Bild ist schon da.</translation>
    </message>
    <message>
        <source>Check whether it shows the same person.</source>
        <translation>Prüfen Sie, ob es dieselbe Person zeigt.</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Vorn</translation>
    </message>
    <message>
        <source>Smile</source>
        <translation>Lächeln</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Oben</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Unten</translation>
    </message>
    <message>
        <source>Get ready: look into the camera</source>
        <translation>Bereit machen: Blick in die Kamera</translation>
    </message>
    <message>
        <source>Show your face to the camera</source>
        <translation>Zeigen Sie der Kamera Ihr Gesicht</translation>
    </message>
    <message>
        <source>Only one person, please</source>
        <translation>Bitte nur eine Person</translation>
    </message>
    <message>
        <source>Come closer</source>
        <translation>Kommen Sie näher</translation>
    </message>
    <message>
        <source>Move back a little</source>
        <translation>Gehen Sie etwas zurück</translation>
    </message>
    <message>
        <source>Move to the middle of the picture</source>
        <translation>Rücken Sie in die Bildmitte</translation>
    </message>
    <message>
        <source>More light on your face, please</source>
        <translation>Bitte mehr Licht ins Gesicht</translation>
    </message>
    <message>
        <source>Less light, please</source>
        <translation>Bitte weniger Licht</translation>
    </message>
    <message>
        <source>Look straight into the camera</source>
        <translation>Schauen Sie gerade in die Kamera</translation>
    </message>
    <message>
        <source>Hold your head upright</source>
        <translation>Halten Sie den Kopf aufrecht</translation>
    </message>
    <message>
        <source>Turn your head a little to the left</source>
        <translation>Drehen Sie den Kopf etwas nach links</translation>
    </message>
    <message>
        <source>Turn your head a little to the right</source>
        <translation>Drehen Sie den Kopf etwas nach rechts</translation>
    </message>
    <message>
        <source>Turn back a little</source>
        <translation>Drehen Sie etwas zurück</translation>
    </message>
    <message>
        <source>Raise your chin a little</source>
        <translation>Heben Sie das Kinn etwas</translation>
    </message>
    <message>
        <source>Lower your chin a little</source>
        <translation>Senken Sie das Kinn etwas</translation>
    </message>
    <message>
        <source>Now smile</source>
        <translation>Jetzt lächeln</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>Stillhalten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message numerus="yes">
        <source>%n other files in these folders</source>
        <translation>
            <numerusform>%n andere Datei in diesen Ordnern</numerusform>
            <numerusform>%n andere Dateien in diesen Ordnern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face vectors, in every saved copy of the database</source>
        <translation>
            <numerusform>%n Gesichtsvektor, in jeder gespeicherten Kopie der Datenbank</numerusform>
            <numerusform>%n Gesichtsvektoren, in jeder gespeicherten Kopie der Datenbank</numerusform>
        </translation>
    </message>
    <message>
        <source>This will be removed:</source>
        <translation>Das wird entfernt:</translation>
    </message>
    <message>
        <source>Until the window is closed it can be taken back; then it is deleted for good.</source>
        <translation>Bis das Fenster geschlossen wird, lässt es sich rückgängig machen; dann ist es endgültig gelöscht.</translation>
    </message>
    <message>
        <source>Delete %1?</source>
        <translation>%1 löschen?</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n people?</source>
        <translation>
            <numerusform>%n Person löschen?</numerusform>
            <numerusform>%n Personen löschen?</numerusform>
        </translation>
    </message>
    <message>
        <source>What is known of %1 by it is removed too.</source>
        <translation>Was dadurch über %1 bekannt ist, wird auch entfernt.</translation>
    </message>
    <message>
        <source>Remove this photo of %1?</source>
        <translation>Dieses Foto von %1 entfernen?</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n photos of %1?</source>
        <translation>
            <numerusform>%n Foto von %1 entfernen?</numerusform>
            <numerusform>%n Fotos von %1 entfernen?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Enroll %n people, each by the name of the folder?</source>
        <translation>
            <numerusform>%n Person mit dem Namen des Ordners aufnehmen?</numerusform>
            <numerusform>%n Personen aufnehmen, jede mit dem Namen ihres Ordners?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Enroll all</source>
        <translation>&amp;Alle aufnehmen</translation>
    </message>
    <message numerus="yes">
        <source>Make %n people one: whose name stays?</source>
        <translation>
            <numerusform>%n Person zu einer machen: wessen Name bleibt?</numerusform>
            <numerusform>%n Personen zu einer machen: wessen Name bleibt?</numerusform>
        </translation>
    </message>
    <message>
        <source>All photos and all that is known of the others go to the person you choose.</source>
        <translation>Alle Fotos und alles, was von den anderen bekannt ist, gehen an die gewählte Person.</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weitere</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>All photos are of &amp;one person</source>
        <translation>Alle Fotos zeigen &amp;eine Person</translation>
    </message>
    <message>
        <source>All photos are of %1</source>
        <translation>Alle Fotos zeigen %1</translation>
    </message>
    <message>
        <source>Who is the same person as %1?</source>
        <translation>Wer ist dieselbe Person wie %1?</translation>
    </message>
    <message>
        <source>All photos and all that is known of %1 go to the person you choose, whose name stays.</source>
        <translation>Alle Fotos und alles, was über %1 bekannt ist, gehen an die gewählte Person; deren Name bleibt.</translation>
    </message>
    <message>
        <source>&amp;Merge</source>
        <translation>Zusammen&amp;führen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search people</source>
        <translation>Personen suchen</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>&amp;Show large</source>
        <translation>&amp;Groß zeigen</translation>
    </message>
    <message>
        <source>Choose the &amp;face…</source>
        <translation>&amp;Gesicht wählen …</translation>
    </message>
    <message>
        <source>Set as &amp;portrait</source>
        <translation>Als &amp;Porträt nehmen</translation>
    </message>
    <message>
        <source>&amp;Move to somebody else…</source>
        <translation>Zu jemand anderem &amp;verschieben …</translation>
    </message>
    <message>
        <source>It is &amp;right</source>
        <translation>Es &amp;stimmt</translation>
    </message>
    <message>
        <source>R&amp;emove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>not used yet</source>
        <translation>noch nicht verwendet</translation>
    </message>
</context>
</TS>
