/// Blocks of LANES x 16, so that whole cache lines are written while they are in L1.
static void FORM(transpose)(const float *source, ptrdiff_t source_pitch, float *target, ptrdiff_t target_pitch,
                            size_t rows, size_t columns) {
  const size_t whole_rows = rows / LANES * LANES, whole_columns = columns / 4 * 4;
  for (size_t block = 0; block < whole_columns; block += 16) {
    const size_t end = block + 16 < whole_columns ? block + 16 : whole_columns;
    for (size_t row = 0; row < whole_rows; row += LANES)
      for (size_t column = block; column < end; column += 4) {
        vector values[4];
        FORM(transpose_columns)(source + (ptrdiff_t)row * source_pitch + column, source_pitch, values);
        for (size_t i = 0; i < 4; i++) FORM(store)(target + (ptrdiff_t)(column + i) * target_pitch + row, values[i]);
      }
  }
  for (size_t column = 0; column < columns; column++)
    for (size_t row = column < whole_columns ? whole_rows : 0; row < rows; row++)
      target[(ptrdiff_t)column * target_pitch + (ptrdiff_t)row] =
          source[(ptrdiff_t)row * source_pitch + (ptrdiff_t)column];
}
