"""What a generator cannot know: which keys were used, which page tokens were given, and who it is signed in as.

Valid requests get a key of their own and begin at the first page; hostile ones keep what was made up for them.
"""

import os
import uuid

import schemathesis

MYSELF = {"me", os.environ["FUZZ_SIGNED_IN_AS"]}
DEVICE = os.environ["FUZZ_SIGNED_IN_ON"]
# With these the run would lock itself out and see nothing but 401s from then on.
LOCKS_OUT = {
    ("DELETE", "/v1/users/{id}"),
    ("PATCH", "/v1/users/{id}"),
    ("POST", "/v1/users/{id}/suspend"),
    ("POST", "/v1/users/{id}/erase"),
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes a valid request one that has not been sent before, and leaves the one who sends it in place."""
    operation = (case.method.upper(), case.operation.path)
    if operation in LOCKS_OUT and str(case.path_parameters.get("id")).lower() in MYSELF:
        case.path_parameters["id"] = str(uuid.uuid4())
    if str(case.path_parameters.get("session_id")).lower() == DEVICE:
        case.path_parameters["session_id"] = str(uuid.uuid4())
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.query and "page_token" in case.query:
        del case.query["page_token"]
