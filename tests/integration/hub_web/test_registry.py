"""The registry: written down by administrators, shown as unknown until something tells."""

import io
import re

import pytest
from sqlalchemy import update

from motcua_hub.domain.health.kinds import ASKED
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from support.hub_seed import NOW, REGISTERED, proof_of, seed_show

PATH = "/sites/ben-thanh/registry"
FAX = {"kind": "fax", "name": "Máy fax mới", "place": "Phòng văn thư"}


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def send(client, path, data, page=PATH, **more):
    proof = proof_of(client.get(page).text)
    return client.post(path, data={"proof": proof, **data}, **more)


def assets(hub, **wanted):
    rows = [row for row in hub.rows("asset") if wanted.items() <= row.items()]
    return sorted(rows, key=lambda row: row["id"])


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_class_of_article_4_1c_is_counted_as_the_office_has_it(hub, client):
    page = words(client.get("/registry").text)
    for kind in ASKED:
        assert f"{words(hub.app.jinja_env.globals['t'](f'class.{kind}'))} " in page
    assert len([kind for kind in REGISTERED if kind in ASKED]) == len(ASKED) == 10
    assert f"{len(REGISTERED)} thiết bị" in page


@pytest.mark.parametrize("name", ["Máy fax", "Máy quét hồ sơ", "Máy tính quầy 1"])
def test_a_class_with_no_probe_shows_unknown_and_never_green(client, name):
    page = client.get("/sites/ben-thanh/devices").text
    (device,) = [
        li
        for li in re.findall(r"<li class=\"device .*?</li>", page, re.DOTALL)
        if f">{name}<" in li
    ]
    assert "Chưa rõ" in words(device)
    assert "state ok" not in device


def test_a_component_that_nobody_registered_says_so(client):
    page = client.get("/sites/ben-thanh/devices").text
    pad = re.search(r'<li class="device [a-z]+" id="device-pad-1">.*?</li>', page, re.DOTALL)
    assert pad is not None
    assert "Chưa đăng ký" in words(pad.group(0))
    assert "Chưa đăng ký" not in words(
        re.search(r'id="device-controller">.*?</li>', page, re.DOTALL).group(0)
    )


def test_a_device_is_added_with_its_line_in_the_audit_trail(hub, client):
    answer = send(client, PATH, FAX)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    (row,) = assets(hub, name="Máy fax mới")
    assert (row["kind"], row["component"], row["added_at"]) == ("fax", None, NOW)
    (line,) = [row for row in hub.rows("audit") if row["action"] == "asset_added"]
    assert (line["actor"], line["subject"]) == ("quan-tri", "ben-thanh")
    assert "Máy fax mới" in client.get("/sites/ben-thanh/devices").text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "toaster", "name": "x"}, "kind"),
        ({"kind": "fax", "name": "  "}, "name"),
        ({"kind": "fax", "name": "x" * 81}, "name"),
        ({"kind": "fax", "name": "x", "component": "Bad Name"}, "component"),
    ],
)
def test_what_cannot_be_written_down_is_refused_and_kept_in_the_form(hub, client, said, field):
    before = assets(hub)
    answer = send(client, PATH, said)
    assert answer.status_code == 422
    assert f'aria-describedby="{field}-fault"' in answer.text
    assert assets(hub) == before


def test_two_devices_of_an_office_do_not_share_a_component(hub, client):
    answer = send(client, PATH, {"kind": "ups", "name": "UPS 2", "component": "ups"})
    assert answer.status_code == 409
    assert "đã dùng tên này" in answer.text
    assert assets(hub, name="UPS 2") == []


def test_a_device_is_changed(hub, client):
    (ups,) = assets(hub, component="ups")
    path = f"{PATH}/{ups['id']}"
    said = {"kind": "ups", "name": "UPS mới", "component": "ups", "serial": "77"}
    assert send(client, path, said).status_code == 303
    (row,) = assets(hub, component="ups")
    assert (row["id"], row["name"], row["serial"]) == (ups["id"], "UPS mới", "77")
    taken = send(client, path, said | {"component": "printer"})
    assert taken.status_code == 409
    assert 'value="UPS mới"' in taken.text


def test_a_retired_device_keeps_its_history_and_frees_its_name(hub, client):
    (ups,) = assets(hub, component="ups")
    path = f"{PATH}/{ups['id']}/retire"
    assert send(client, path, {"why": "phồng ắc quy"}).status_code == 303
    (row,) = assets(hub, id=ups["id"])
    assert (row["retired_at"], row["component"]) == (NOW, None)
    assert "phồng ắc quy" in client.get("/sites/ben-thanh/devices").text
    assert client.get(f"{PATH}/{ups['id']}").status_code == 404
    new = {"kind": "ups", "name": "UPS thay", "component": "ups"}
    assert send(client, PATH, new).status_code == 303
    page = client.get("/sites/ben-thanh/devices/ups").text
    assert "UPS thay" in page
    assert "Ắc quy yếu" in page


def test_only_administrators_may_change_the_registry(hub, client):
    proof = proof_of(client.get(PATH).text)
    with writing(hub.engine) as connection:
        connection.execute(update(schema.account).values(role="viewer"))
    before = assets(hub)
    for path in (PATH, f"{PATH}/1", f"{PATH}/1/retire", "/registry/import"):
        assert client.post(path, data={"proof": proof, **FAX}).status_code == 403
    assert assets(hub) == before
    page = client.get(PATH)
    assert page.status_code == 200
    assert 'name="kind"' not in page.text


def test_a_form_without_its_proof_changes_nothing(hub, client):
    before = assets(hub)
    for path in (PATH, f"{PATH}/1", f"{PATH}/1/retire", "/registry/import"):
        assert client.post(path, data=FAX).status_code == 400
    assert assets(hub) == before


def upload(client, text, name="devices.csv"):
    raw = text if isinstance(text, bytes) else text.encode()
    return send(
        client,
        "/registry/import",
        {"file": (io.BytesIO(raw), name)},
        page="/registry",
        content_type="multipart/form-data",
    )


def test_a_list_is_read_in_and_reading_it_again_doubles_nothing(hub, client):
    text = (
        "\ufeffsite,kind,name,component,place\r\n"
        "an-khanh,pc,Máy 1,,Quầy 1\r\n"
        'an-khanh,camera,"Camera, sảnh",camera-hall,Sảnh\r\n'
    )
    answer = upload(client, text)
    assert answer.headers["Location"].endswith("?new=2&changed=0")
    assert "2 thiết bị mới" in client.get(answer.headers["Location"]).text
    assert upload(client, text).headers["Location"].endswith("?new=0&changed=0")
    changed = text.replace("Quầy 1", "Quầy 2")
    assert upload(client, changed).headers["Location"].endswith("?new=0&changed=1")
    rows = assets(hub, site="an-khanh")
    assert [(row["name"], row["place"]) for row in rows] == [
        ("Máy 1", "Quầy 2"),
        ("Camera, sảnh", "Sảnh"),
    ]
    assert [row["detail"] for row in hub.rows("audit") if row["action"] == "assets_imported"] == [
        "2 new, 0 changed",
        "0 new, 0 changed",
        "0 new, 1 changed",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind,name\nfax,x\n", "Thiếu dòng tên cột"),
        ("site,kind,name\nan-khanh,fax,A\nan-khanh,toaster,B\n", "Dòng 3"),
        ("site,kind,name\nan-khanh,fax,\n", "phải có tên gọi"),
        ("site,kind,name\nnowhere,fax,A\n", "nowhere"),
        ("site,kind,name\n../x,fax,A\n", "Mã điểm không hợp lệ"),
        ("site,kind,name,component\nan-khanh,ups,A,u\nan-khanh,ups,B,u\n", "đã dùng tên này"),
        (b"site,kind,name\nan-khanh,fax,\xff\xfe\n", "không phải UTF-8"),
        ("", "Thiếu dòng tên cột"),
    ],
)
def test_a_list_with_a_fault_is_refused_as_a_whole(hub, client, text, told):
    before = assets(hub)
    answer = upload(client, text)
    assert answer.status_code in (409, 422)
    assert told in words(answer.text)
    assert assets(hub) == before


def test_a_file_larger_than_any_registry_is_refused(client):
    # written by hand: the test client would leave its own temporary file open
    proof = proof_of(client.get("/registry").text).encode()
    head = b'--xx\r\nContent-Disposition: form-data; name="'
    file = head + b'file"; filename="a.csv"\r\n\r\n' + b"an-khanh,fax,A\n" * 80_000
    body = head + b'proof"\r\n\r\n' + proof + b"\r\n" + file + b"\r\n--xx--\r\n"
    kind = "multipart/form-data; boundary=xx"
    assert client.post("/registry/import", data=body, content_type=kind).status_code == 413


def test_a_list_larger_than_a_form_is_taken(hub, client):
    rows = "".join(f"an-khanh,pc,Máy {n},,Tầng {n % 9}\n" for n in range(3000))
    assert len(rows) > 64 * 1024
    answer = upload(client, "site,kind,name,component,place\n" + rows)
    assert answer.headers["Location"].endswith("?new=3000&changed=0")
    assert len(assets(hub, site="an-khanh")) == 3000


def test_what_is_written_out_is_read_back_as_it_was(hub, client):
    send(client, PATH, FAX | {"note": "=1+1", "serial": "-7"})
    text = client.get("/registry.csv").data.decode()
    assert "'=1+1" in text
    before = assets(hub)
    assert upload(client, text).headers["Location"].endswith("?new=0&changed=0")
    assert assets(hub) == before
