"""Tables of Arrow from whatever a caller has, with the kinds of columns that the engines on Arrow know."""

# pyarrow has no types of its own.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from __future__ import annotations

from typing import Any

import pyarrow as pa

__all__ = ["arrow_of"]


def arrow_of(source: Any) -> pa.Table:  # noqa: ANN401 -- an Arrow stream, or what is one once it is computed
    """
    Return a stream of Arrow, or a lazy frame of polars, as a table.

    Views of text become text, timestamped dates dates, and narrow decimals decimals of the usual width: of a kind that
    an engine does not know it would refuse the column.
    """
    collect = getattr(source, "collect", None)
    table: pa.Table = pa.table(collect() if callable(collect) else source)
    fields = [field.with_type(_known(field.type)) for field in table.schema]
    return table.cast(pa.schema(fields))


def _known(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_date64(kind):
        return pa.date32()
    if pa.types.is_decimal(kind) and kind.bit_width < pa.decimal128(1).bit_width:
        return pa.decimal128(kind.precision, kind.scale)
    return kind


def __dir__() -> list[str]:
    return __all__
