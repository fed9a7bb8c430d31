"""What leaves the room: files, notes for editing programs, and copies that real workers make; to whom it may go."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import av
import httpx
import opentimelineio as otio
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from sqlalchemy import update

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.spans import Span
from storage import keys
from storage.catalogue.copying import copies
from storage.catalogue.drafts import Drafted, shown
from storage.catalogue.engine import QUIET
from storage.catalogue.jobs import beat, claim, fail_job, jobs
from storage.catalogue.people import set_language
from storage.catalogue.reviewing import Remark, add_note, answer_note, delete_note, set_note
from storage.catalogue.sharing import Terms, share
from storage.catalogue.tables.people import PersonRow
from storage.upkeep import remove, surplus
from tests.web.browsing import LOOKS, Look, browsing, in_nobodys_way
from tests.web.farming import Farm
from tests.web.films import filmed
from tests.web.serving import Served
from tests.web.sharing import named
from web.desk import Language

HOSTILE = "a':%{eif\\:1}\\n,[x];<b>é"
DRAWN = {
    "strokes": [{"kind": "box", "colour": "red", "points": [[0.25, 0.25], [0.75, 0.75]]}],
    "alternative": "un cadre",
}
FRAMES = {"internal": 30, "public": 12}


@dataclass
class Shown:
    """A studio whose video has a draft with a film, and two notes: one that guests are shown, one that they are not."""

    site: Served
    draft: Drafted
    film: Path
    farm: Farm

    @property
    def at(self) -> str:
        return f"/drafts/{self.draft.id}/out"

    def asked(self, client: httpx.Client, kind: str) -> httpx.Response:
        answer = client.post(f"{self.at}/copies/{kind}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer

    @contextlib.contextmanager
    def guest(self, **terms: bool) -> Iterator[httpx.Client]:
        """The browser of a guest who gave a name."""
        by = self.site.person("director")
        with self.site.catalogue.writing(by) as tx:
            link, token = share(tx, (None, None, self.draft.id), by, Terms("view", **terms))
        common = {"Accept": "text/html", "Accept-Language": "en"}
        with httpx.Client(base_url=self.site.url, headers=common, timeout=30) as client:
            client.get(f"/r/{token}")
            named(client, link, "Invitée")
            yield client


@pytest.fixture
def there(site: Served, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Shown:
    """The studio, its film as long as the draft."""
    site.studio.write("Voici les données. On les collecte.", "Puis on les trie.")
    drafted = site.studio.draft()
    with site.catalogue.reading() as tx:
        timeline = shown(tx, drafted.id).timeline
    folder = tmp_path / "draft"
    folder.mkdir()
    film = filmed(tmp_path_factory.getbasetemp() / "out.mp4", timeline, ffmpeg)
    shutil.copy(film, folder / "draft.mp4")
    for name in ("captions.vtt", "captions.srt", "transcript.txt"):
        (folder / name).write_text(f"{name} à emporter", "utf-8")
    site.desk.store.publish(folder, keys.draft(str(site.studio.video), drafted.number))
    by = site.person("director")
    with site.catalogue.writing(by) as tx:
        for who in ("reviewer", "motion"):
            set_language(tx, site.person(who), "en")
        frame = FRAMES["internal"]
        note = add_note(tx, drafted.id, by, Remark(HOSTILE, Span(frame, frame + 5), blocks=True, drawing=DRAWN))
        answer_note(tx, note, by, "=d'accord")
        add_note(tx, drafted.id, by, Remark("Pour les invités", Span(12, 13), visibility="public"))
        delete_note(tx, add_note(tx, drafted.id, by, Remark("retirée", Span(3, 4))))
    return Shown(site, drafted, film, Farm(site, ffmpeg, tmp_path))


def saved(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    found = re.fullmatch(r"attachment; filename\*=UTF-8''(.+)", answer.headers["content-disposition"])
    assert found is not None, answer.headers
    return found[1]


def sound(data: bytes | Path) -> list[str]:
    with av.open(BytesIO(data) if isinstance(data, bytes) else str(data)) as opened:
        return [sha256(bytes(one)).hexdigest() for one in opened.demux(audio=0) if one.size]


def frames(data: bytes | Path) -> int:
    with av.open(BytesIO(data) if isinstance(data, bytes) else str(data)) as opened:
        return sum(1 for one in opened.demux(video=0) if one.size)


def links(page: httpx.Response, kind: str) -> list[str]:
    """Where the files of a copy are downloaded."""
    part = page.text.partition(f'id="copy-{kind}"')[2].partition("</li>")[0]
    return re.findall(r'href="([^"]*/out/copies/[0-9a-f]{64}/[^"]+)"', part)


def test_notes_leave_for_every_program(there: Shown) -> None:
    with there.site.client("reviewer") as client:
        names = {reader: saved(client.get(f"{there.at}/notes/{reader}")) for reader in ("edl", "fcpxml", "fcp7", "csv")}
        assert names == {"edl": "V1-1.edl", "fcpxml": "V1-1.fcpxml", "fcp7": "V1-1.xml", "csv": "V1-1.csv"}
        timeline = otio.adapters.read_from_string(client.get(f"{there.at}/notes/otio").text, "otio_json")
        found = [(one.marked_range.start_time.value, one.name) for one in timeline.tracks.markers]
        assert found == [(12, "Director: Pour les invités"), (30, f"Director: {HOSTILE}")]
        assert client.get(f"{there.at}/notes/doc").status_code == 422
        assert "'=d'accord" not in client.get(f"{there.at}/notes/csv").text  # the author's name begins the cell


def test_settled_notes_of_this_draft_leave_and_say_so(there: Shown) -> None:
    with there.site.catalogue.writing(there.site.person("director")) as tx:
        note = add_note(tx, there.draft.id, there.site.person("director"), Remark("fini", Span(40, 41)))
        set_note(tx, note, "resolved")
    with there.site.client("reviewer") as client:
        timeline = otio.adapters.read_from_string(client.get(f"{there.at}/notes/otio").text, "otio_json")
    assert [one.color for one in timeline.tracks.markers] == ["YELLOW", "RED", "GREEN"]


def test_files_of_a_draft_are_saved_under_its_name(there: Shown) -> None:
    with there.site.client("reviewer") as client:
        assert saved(client.get(f"{there.at}/files/transcript.txt")) == "V1-1.txt"
        film = client.get(f"{there.at}/files/draft.mp4")
        assert (saved(film), film.content) == ("V1-1.mp4", there.film.read_bytes())
        for name in ("report.html", "manifest.json", "..%2fdraft.mp4"):
            assert client.get(f"{there.at}/files/{name}").status_code == 404


def test_a_film_with_ones_name_is_made_by_a_worker_once(there: Shown) -> None:
    site = there.site
    with site.catalogue.writing() as tx:
        tx.execute(
            update(PersonRow).where(PersonRow.id == site.person("reviewer")).values(name=HOSTILE),
            execution_options=QUIET,
        )
    with site.client("reviewer") as client, site.client("motion") as other:
        page = there.asked(client, "watermark")
        assert "waits for a worker" in page.text
        assert site.woken
        there.asked(client, "watermark")
        with site.catalogue.reading() as tx:
            [job] = jobs(tx, ("queued",))
        assert (job.work.kind, job.work.total, job.work.draft) == ("watermark", there.draft.frames, there.draft.id)
        assert "film with a name over it" in client.get("/work").text
        assert there.farm.work() == 1
        page = client.get(there.at)
        [link] = links(page, "watermark")
        film = client.get(link)
        assert saved(film) == "V1-1-marked.mp4"
        assert sound(film.content) == sound(there.film)
        assert frames(film.content) == there.draft.frames
        assert film.content != there.film.read_bytes()
        assert links(other.get(there.at), "watermark") == []
        assert other.get(link).status_code == 404, "it has another's name on it"
        there.asked(client, "watermark")
        assert there.farm.work() == 0


def test_notes_on_paper_and_the_contact_sheet(there: Shown) -> None:
    with there.site.client("reviewer") as client, there.site.client("motion") as other:
        there.asked(client, "notes-pdf")
        there.asked(client, "contact-sheet")
        there.asked(other, "contact-sheet")
        assert there.farm.work() == 2
        page = client.get(there.at)
        [paper] = links(page, "notes-pdf")
        pages = PdfReader(BytesIO(client.get(paper).content)).pages
        text = "".join(one.extract_text() for one in pages)
        for said in (HOSTILE, "=d'accord", "Pour les invités", "must fix", "un cadre", "Page 1 of"):
            assert said in text
        assert "retirée" not in text
        pdf, picture = links(other.get(there.at), "contact-sheet")
        assert {saved(client.get(one)) for one in (pdf, picture)} == {"V1-1-sheet.pdf", "V1-1-sheet.jpg"}
        with Image.open(BytesIO(client.get(picture).content)) as sheet:
            assert sheet.width > 480
        sheet_text = "".join(one.extract_text() for one in PdfReader(BytesIO(client.get(pdf).content)).pages)
        assert "00:00:00:00" in sheet_text
        assert "Line 1" in sheet_text


def test_another_note_makes_other_pages(there: Shown) -> None:
    by = there.site.person("director")
    with there.site.client("reviewer") as client:
        there.asked(client, "notes-pdf")
        there.farm.work()
        with there.site.catalogue.writing(by) as tx:
            add_note(tx, there.draft.id, by, Remark("encore une", Span(50, 51)))
        there.asked(client, "notes-pdf")
        assert there.farm.work() == 1
        [paper] = links(client.get(there.at), "notes-pdf")
        text = "".join(one.extract_text() for one in PdfReader(BytesIO(client.get(paper).content)).pages)
        assert "encore une" in text


def test_what_fails_says_why_and_is_asked_for_again(there: Shown) -> None:
    site = there.site
    name = keys.draft(str(site.studio.video), there.draft.number)
    with site.client("reviewer") as client:
        there.asked(client, "contact-sheet")
        site.desk.store.remove(name)
        there.farm.work()
        page = client.get(there.at)
        assert "The film of this draft is kept no longer." in page.text
        assert "could not be made" in page.text
        assert client.post(f"{there.at}/copies/contact-sheet").status_code == 404
        with site.catalogue.reading() as tx:
            [failed] = copies(tx, there.draft.id)
        assert failed.state == "failed"


def test_a_copy_that_nobody_uses_is_spare_and_is_made_again(there: Shown) -> None:
    site = there.site
    catalogue, store = site.catalogue, site.desk.store
    with site.client("reviewer") as client:
        there.asked(client, "contact-sheet")
        there.farm.work()
        [pdf, _] = links(client.get(there.at), "contact-sheet")
        name = keys.derived("other", there_key(pdf))
        with catalogue.reading() as tx:
            now = tx.now()
        spared = surplus(catalogue, store, now - timedelta(days=1), lambda *_: True)
        assert name not in {one.name for one in spared}, "it was made a moment ago"
        spare = surplus(catalogue, store, now + timedelta(days=30), lambda *_: True)
        assert name in {one.name for one in spare}
        remove(catalogue, store, name)
        assert links(client.get(there.at), "contact-sheet") == []
        assert client.get(pdf).status_code == 404
        there.farm.station.shop.forget(name)
        there.asked(client, "contact-sheet")
        assert there.farm.work() == 1
        assert client.get(pdf).status_code == 200


def there_key(link: str) -> keys.Key:
    return keys.Key(link.rpartition("/")[0].rpartition("/")[2])


def test_what_is_made_for_one_draft_is_not_had_by_another(there: Shown) -> None:
    other = there.site.studio.draft()
    with there.site.client("reviewer") as client, there.site.client("stranger") as stranger:
        there.asked(client, "contact-sheet")
        there.farm.work()
        [pdf, _] = links(client.get(there.at), "contact-sheet")
        assert client.get(pdf.replace(str(there.draft.id), str(other.id))).status_code == 404
        for name in ("film.mp4", "value.json", "..%2fsheet.pdf"):
            assert client.get(pdf.replace("sheet.pdf", name)).status_code == 404
        assert client.get(f"{there.at}/copies/{'0' * 64}/sheet.pdf").status_code == 404
        assert client.get(f"{there.at}/copies/..%2f..%2fx/sheet.pdf").status_code in {404, 422}
        for path in (there.at, pdf, f"{there.at}/notes/edl", f"{there.at}/files/draft.mp4"):
            assert stranger.get(path).status_code == 404
        assert stranger.post(f"{there.at}/copies/contact-sheet").status_code == 404


def test_guests_take_what_their_link_allows_and_nothing_internal(there: Shown) -> None:
    with there.guest(downloads=True) as client, there.site.client("reviewer") as member:
        assert "Pour les invités" in client.get(f"{there.at}/notes/edl").text
        assert HOSTILE not in client.get(f"{there.at}/notes/edl").text
        there.asked(member, "notes-pdf")
        there.asked(client, "notes-pdf")
        there.asked(client, "watermark")
        assert there.farm.work() == 3
        [internal], [public] = links(member.get(there.at), "notes-pdf"), links(client.get(there.at), "notes-pdf")
        assert internal != public
        assert client.get(internal).status_code == 404
        text = "".join(one.extract_text() for one in PdfReader(BytesIO(client.get(public).content)).pages)
        assert "Pour les invités" in text
        assert HOSTILE not in text
        [film] = links(client.get(there.at), "watermark")
        assert client.get(film).status_code == 200
        assert client.get(f"{there.at}/files/draft.mp4").status_code == 200


def test_a_guest_whose_name_is_burnt_in_gets_no_picture_without_it(there: Shown) -> None:
    with there.guest(downloads=True, watermark=True) as client, there.site.client("reviewer") as member:
        assert client.get(f"{there.at}/files/draft.mp4").status_code == 403
        assert "draft.mp4" not in client.get(there.at).text
        there.asked(member, "contact-sheet")
        there.asked(client, "contact-sheet")
        assert there.farm.work() == 2
        [_, plain], [_, marked] = (links(one.get(there.at), "contact-sheet") for one in (member, client))
        assert client.get(plain).status_code == 404
        assert client.get(marked).content != member.get(plain).content


def test_a_guest_who_may_only_watch_takes_nothing(there: Shown) -> None:
    with there.guest() as client:
        for path in ("", "/copies", "/notes/edl", "/files/transcript.txt"):
            assert client.get(f"{there.at}{path}").status_code == 403
        assert client.post(f"{there.at}/copies/watermark").status_code == 403


def in_every_state(there: Shown, language: Language) -> None:
    """One copy made, one half made, one that could not be, in a language."""
    site, lease = there.site, timedelta(minutes=5)
    with site.catalogue.writing() as tx:
        set_language(tx, site.person("reviewer"), language)
    with site.client("reviewer") as client:
        there.asked(client, "contact-sheet")
        there.farm.work()
        there.asked(client, "watermark")
        there.asked(client, "notes-pdf")
    with site.catalogue.writing() as tx:
        waiting = {one.work.kind: one.id for one in jobs(tx, ("queued",))}
        for job in waiting.values():
            claim(tx, job, "test", lease)
        beat(tx, waiting["watermark"], "test", lease, there.draft.frames // 2)
        fail_job(tx, waiting["notes-pdf"], "test", "the disk is full\n  free some space")


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_is_in_nobodys_way(there: Shown, chromium: Browser, tmp_path: Path, look: Look) -> None:
    language, dark, size = look
    in_every_state(there, "fr" if language == "fr" else "en")
    with browsing(chromium, there.site, "reviewer", language=language, dark=dark, size=size) as page:
        page.goto(there.at)
        expect(page.get_by_role("heading", level=1)).to_have_text("Emporter" if language == "fr" else "Take home")
        expect(page.locator("#copies progress")).to_have_count(1)
        expect(page.locator("#copy-notes-pdf")).to_contain_text("ree some space.")
        in_nobodys_way(page, tmp_path, f"out-{language}-{'dark' if dark else 'light'}-{size[0]}")


def test_the_room_has_it_beside_the_film(there: Shown, chromium: Browser, tmp_path: Path) -> None:
    with browsing(chromium, there.site, "reviewer", language="en") as page:
        page.goto("/videos/C1/V1/drafts/1")
        page.get_by_role("tab", name="Take home").click()
        expect(page.locator("#out").get_by_role("link", name="EDL")).to_be_visible()
        in_nobodys_way(page, tmp_path, "out-room")


def test_a_copy_is_asked_for_in_the_page_and_comes_there(there: Shown, chromium: Browser) -> None:
    with browsing(chromium, there.site, "reviewer", language="en") as page:
        page.goto(there.at)
        page.get_by_role("button", name="Make the sheet").click()
        expect(page.locator("#copy-contact-sheet")).to_contain_text("waits for a worker")
        there.farm.work()
        with page.expect_download() as coming:
            page.get_by_role("link", name="Download: Contact sheet (PDF)").click()
        assert coming.value.suggested_filename == "V1-1-sheet.pdf"
