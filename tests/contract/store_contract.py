"""What every store promises, as one class of tests; an implementation gives the fixture `shelf`."""

from tests.contract.store_deliveries_contract import DeliveriesContract
from tests.contract.store_findings_contract import FindingsContract
from tests.contract.store_identity_contract import IdentityContract
from tests.contract.store_memos_contract import MemosContract
from tests.contract.store_notes_contract import NotesContract
from tests.contract.store_records_contract import RecordsContract
from tests.contract.store_work_contract import WorkContract


class StoreContract(
    RecordsContract,
    FindingsContract,
    WorkContract,
    MemosContract,
    IdentityContract,
    NotesContract,
    DeliveriesContract,
):
    """All of it."""
