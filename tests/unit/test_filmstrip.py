"""Where the cells of a draft's strip stand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.filmstrip import cell_of, sheet_of
from pipeline.geometry import Size


@given(st.integers(1, 60), st.sampled_from([Size(1920, 1080), Size(1080, 1920), Size(1080, 1080), Size(1440, 1080)]))
def test_cells_lie_side_by_side_on_the_sheet(count: int, film: Size) -> None:
    cells, sheet = [cell_of(index, film) for index in range(count)], sheet_of(count, film)
    assert all(cell.x >= 0 and cell.x + cell.width <= sheet.width for cell in cells)
    assert all(cell.y >= 0 and cell.y + cell.height <= sheet.height for cell in cells)
    assert all((one.x, one.y) != (other.x, other.y) for one, other in combinations(cells, 2))
    assert all(cell.x % cell.width == 0 and cell.y % cell.height == 0 for cell in cells), "none lies over another"
    assert {(cell.width, cell.height) for cell in cells} == {(cells[0].width, cells[0].height)}


def test_a_sheet_holds_more_cells_than_a_long_film_has_shots() -> None:
    shots_an_hour = 3600 // 2  # a cut every two seconds
    assert sheet_of(shots_an_hour, Size(1920, 1080)).height < 65_535
