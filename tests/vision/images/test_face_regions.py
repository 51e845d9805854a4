"""Names that photo programs wrote into pictures, in each of their ways, and everything that is no name."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from facecam.vision.images.face_regions import face_regions, regions_in

_HEAD = """<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
 xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/'
 xmlns:stArea='http://ns.adobe.com/xmp/sType/Area#' xmlns:stDim='http://ns.adobe.com/xap/1.0/sType/Dimensions#'
 xmlns:MP='http://ns.microsoft.com/photo/1.2/' xmlns:MPRI='http://ns.microsoft.com/photo/1.2/t/RegionInfo#'
 xmlns:MPReg='http://ns.microsoft.com/photo/1.2/t/Region#'><rdf:Description rdf:about=''>"""
_TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"

LIGHTROOM = """<mwg-rs:Regions rdf:parseType='Resource'>
<mwg-rs:AppliedToDimensions stDim:w='400' stDim:h='200' stDim:unit='pixel'/><mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name='Ada Lovelace' mwg-rs:Type='Face'>
<mwg-rs:Area stArea:x='0.5' stArea:y='0.4' stArea:w='0.2' stArea:h='0.4' stArea:unit='normalized'/>
</rdf:Description></rdf:li>
<rdf:li><rdf:Description mwg-rs:Type='Face'>
<mwg-rs:Area stArea:x='0.1' stArea:y='0.1' stArea:w='0.1' stArea:h='0.1'/></rdf:Description></rdf:li>
<rdf:li><rdf:Description mwg-rs:Name='Rex' mwg-rs:Type='Pet'>
<mwg-rs:Area stArea:x='0.1' stArea:y='0.1' stArea:w='0.1' stArea:h='0.1'/></rdf:Description></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
PICASA = """<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>
<rdf:li rdf:parseType='Resource'><mwg-rs:Name>Ada Lovelace</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
<mwg-rs:Area rdf:parseType='Resource'><stArea:x>0.5</stArea:x><stArea:y>0.4</stArea:y><stArea:w>0.2</stArea:w>
<stArea:h>0.4</stArea:h><stArea:unit>normalized</stArea:unit></mwg-rs:Area></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
DIGIKAM = """<MP:RegionInfo rdf:parseType='Resource'><MPRI:Regions><rdf:Bag>
<rdf:li MPReg:PersonDisplayName='Ada Lovelace' MPReg:Rectangle='0.4, 0.2, 0.2, 0.4'/>
<rdf:li MPReg:PersonDisplayName='Nobody' MPReg:Rectangle='0.4, 0.2, 0.2'/>
</rdf:Bag></MPRI:Regions></MP:RegionInfo>"""


def packet(body: str) -> bytes:
    return f"{_HEAD}{body}{_TAIL}".encode()


@pytest.mark.parametrize("body", [LIGHTROOM, PICASA, DIGIKAM], ids=["Lightroom", "Picasa", "digiKam"])
def test_one_face_in_each_way_of_writing(body: str) -> None:
    [region] = regions_in(packet(body))
    assert region.name == "Ada Lovelace"
    place = region.place
    sides = (place.left, place.top, place.right, place.bottom)
    assert sides == pytest.approx((0.4, 0.2, 0.6, 0.6))


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_from_files_of_all_kinds(tmp_path: Path, ending: str) -> None:
    photo, image = tmp_path / f"a.{ending}", Image.new("RGB", (40, 20))
    options = {"xmp": packet(DIGIKAM)}
    if ending == "png":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet(DIGIKAM).decode())
        image.save(photo, pnginfo=info)
    elif ending == "tif":
        image.save(photo, tiffinfo={700: packet(DIGIKAM)})
    else:
        image.save(photo, **options)
    assert [one.name for one in face_regions(photo)] == ["Ada Lovelace"]


def test_both_ways_in_one_file_are_one_face_and_sidecars_count(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    Image.new("RGB", (40, 20)).save(photo, xmp=packet(LIGHTROOM + DIGIKAM))
    assert len(face_regions(photo)) == 1
    bare = tmp_path / "b.jpg"
    Image.new("RGB", (40, 20)).save(bare)
    assert face_regions(bare) == ()
    (tmp_path / "b.jpg.xmp").write_bytes(packet(PICASA))
    assert [one.name for one in face_regions(bare)] == ["Ada Lovelace"]


def test_a_turned_photo(tmp_path: Path) -> None:
    photo, exif = tmp_path / "a.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(photo, xmp=packet(DIGIKAM), exif=exif)
    place = face_regions(photo)[0].place
    assert (place.left, place.top, place.right, place.bottom) == pytest.approx((0.4, 0.4, 0.8, 0.6))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_as_pillow_turns(orientation: int) -> None:
    """A white field in a black picture is where the place says after turning."""
    from PIL import ImageOps

    image, exif = Image.new("L", (100, 50)), Image.Exif()
    image.paste(255, (40, 10, 60, 30))
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    turned = ImageOps.exif_transpose(image)
    assert turned is not None
    left, top, right, bottom = turned.getbbox()
    place = regions_in(packet(DIGIKAM), orientation)[0].place
    wide, high = turned.size
    shares = (place.left * wide, place.top * high, place.right * wide, place.bottom * high)
    assert shares == pytest.approx((left, top, right, bottom))


def test_damaged_pictures_and_those_of_no_photo_hold_no_names(tmp_path: Path) -> None:
    """Of whatever Pillow's decoders raise."""
    photo = tmp_path / "odd.jpg"
    surface = struct.pack("<4s7I44x2I4s", b"DDS ", 124, 0, 8, 8, 0, 0, 0, 32, 4, b"what")
    Image.new("RGB", (40, 20)).save(photo, "AVIF", xmp=packet(DIGIKAM))
    sound = photo.read_bytes()
    assert len(face_regions(photo)) == 1
    place = sound.index(b"ispe") + 4
    for content in (surface + bytes(100), sound[:place] + bytes(12) + sound[place + 12 :], sound[:place]):
        photo.write_bytes(content)
        assert face_regions(photo) == ()


def test_names_are_not_looked_for_in_pictures_too_large_to_be_read(tmp_path: Path) -> None:
    """They might stand behind the pixels: a picture of 33 MB and 100 megapixels would take 400 MB."""
    photo = tmp_path / "large.png"
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet(DIGIKAM).decode())
    for side, names in ((4000, ["Ada Lovelace"]), (9000, [])):
        Image.new("1", (side, side)).save(photo, pnginfo=info)
        assert [one.name for one in face_regions(photo)] == names
