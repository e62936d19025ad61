"""The objects of the benchmark `bm_pickle` of pyperformance, and the same for msgspec."""
import datetime
import random
import sys

DICT = {
    "ads_flags": 0,
    "age": 18,
    "birthday": datetime.date(1980, 5, 7),
    "bulletin_count": 0,
    "comment_count": 0,
    "country": "BR",
    "encrypted_id": "G9urXXAJwjE",
    "favorite_count": 9,
    "first_name": "",
    "flags": 412317970704,
    "friend_count": 0,
    "gender": "m",
    "gender_for_display": "Male",
    "id": 302935349,
    "is_custom_profile_icon": 0,
    "last_name": "",
    "locale_preference": "pt_BR",
    "member": 0,
    "tags": ["a", "b", "c", "d", "e", "f", "g"],
    "profile_foo_id": 827119638,
    "secure_encrypted_id": "Z_xxx2dYx3t4YAdnmfgyKw",
    "session_number": 2,
    "signup_id": "201-19225-223",
    "status": "A",
    "theme": 1,
    "time_created": 1225237014,
    "time_updated": 1233134493,
    "unread_message_count": 0,
    "user_group": "0",
    "username": "collinwinter",
    "play_count": 9,
    "view_count": 7,
    "zip": "",
}

TUPLE = (
    [
        265867233, 265868503, 265252341, 265243910, 265879514,
        266219766, 266021701, 265843726, 265592821, 265246784,
        265853180, 45526486, 265463699, 265848143, 265863062,
        265392591, 265877490, 265823665, 265828884, 265753032,
    ],
    60,
)


def group():
    """Three dicts with the same keys, and text for all values."""
    source = random.Random(5)
    return [{key: str(source.random() * sys.maxsize) for key in DICT} for _ in range(3)]


WORKLOADS = {
    "pickle": [DICT, TUPLE, group()],
    "pickle_list": [[[list(range(10)), list(range(10))] for _ in range(10)]],
    "pickle_dict": [{key: dict.fromkeys(range(10)) for key in range(100)}],
}


def forms(name, values):
    """The values and their types: as they are, and with structs for the dicts of fixed keys."""
    import msgspec
    if name == "pickle_list":
        return {"msgspec": (values, [list[list[list[int]]]])}
    if name == "pickle_dict":
        return {"msgspec": (values, [dict[int, dict[int, None]]])}

    profile, numbers, mutated = values
    fields = [(key, list[str] if key == "tags" else type(value)) for key, value in profile.items()]
    Profile = msgspec.defstruct("Profile", fields)
    Mutated = msgspec.defstruct("Mutated", [(key, str) for key in profile])
    pair = tuple[list[int], int]
    # Without types, msgspec reads a date as text and a tuple as a list.
    plain = dict(profile, birthday=profile["birthday"].isoformat())
    return {
        "msgspec": ([plain, numbers, mutated], [dict, pair, list[dict[str, str]]]),
        "msgspec, structs": (
            [Profile(**profile), numbers, [Mutated(**each) for each in mutated]],
            [Profile, pair, list[Mutated]],
        ),
    }
