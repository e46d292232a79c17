package tickwatch.series.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.series.DType;
import tickwatch.series.SeriesException;

class SeriesFileTest {
  @TempDir Path directory;

  private static Path numpy(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(SeriesFileTest.class.getResource("/numpy/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] column(Path path, FileFormat format, int column) {
    try (SeriesFile file = SeriesFile.open(path, format);
        SeriesFile.Cursor cursor = file.cursor()) {
      double[] x = new double[(int) file.rows()];
      cursor.read(column, 0, x, x.length);
      return x;
    }
  }

  @Test
  void readsWhatNumpyWrites() {
    assertThat(column(numpy("vector_f8.npy"), FileFormat.NPY, 0))
        .containsExactly(1.5, -2.25, Double.NaN, Double.POSITIVE_INFINITY, 1e300);
    assertThat(column(numpy("vector_f4.npy"), FileFormat.NPY, 0))
        .containsExactly(1.5, -2.25, 3e38f);
    assertThat(column(numpy("empty_f8.npy"), FileFormat.NPY, 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version2_f8.npy", "version3_f8.npy"})
  void readsLaterVersions(String name) {
    assertThat(column(numpy(name), FileFormat.NPY, 0)).containsExactly(1, 2, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows_columns_f8.npy", "columns_rows_f8.npy"})
  void readsColumnsInEitherOrder(String name) {
    assertThat(column(numpy(name), FileFormat.NPY, 0)).containsExactly(0, 3, 6, 9);
    assertThat(column(numpy(name), FileFormat.NPY, 2)).containsExactly(2, 5, 8, 11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "big_endian.npy | items of type '>f8' (expected: '<f8' or '<f4'; in NumPy, x.astype('<f8') converts)",
        "ints.npy       | items of type '<i8' (expected: '<f8' or '<f4'; in NumPy, x.astype('<f8') converts)",
        "records.npy    | an array of records (expected: one number an item, '<f8' or '<f4')",
        "cube.npy       | 3 dimensions (expected: 1, a series, or 2, rows × columns)",
        "single.npy     | 0 dimensions (expected: 1, a series, or 2, rows × columns)",
        "zscore.csv     | does not begin as a .npy file does (for headerless doubles say --format raw)"
      })
  void saysWhyItCannotReadAFile(String name, String sentence) {
    assertThatThrownBy(() -> SeriesFile.open(numpy(name), FileFormat.NPY).close())
        .isInstanceOf(SeriesException.class)
        .hasMessage(numpy(name) + ": " + sentence);
  }

  @Test
  void saysThatAFileIsNotThere() {
    Path missing = directory.resolve("x.npy");
    assertThatThrownBy(() -> SeriesFile.open(missing, FileFormat.NPY))
        .hasMessage(missing + ": cannot be read: there is no such file");
    assertThatThrownBy(() -> SeriesFile.open(directory, FileFormat.NPY))
        .hasMessageContaining("is a directory");
  }

  @Test
  void refusesAFileShorterThanItsHeadSays() throws IOException {
    byte[] whole = Files.readAllBytes(numpy("vector_f8.npy"));
    Path cut = Files.write(directory.resolve("cut.npy"), Arrays.copyOf(whole, whole.length - 1));

    assertThatThrownBy(() -> SeriesFile.open(cut, FileFormat.NPY))
        .hasMessage(cut + ": is cut off: 167 bytes (expected: 168 for shape [5])");
  }

  @Test
  void aRawFileIsDoublesAndNothingElse() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(1).putDouble(-2).putDouble(0.5);
    Path raw = Files.write(directory.resolve("x.raw"), bytes.array());
    Path odd = Files.write(directory.resolve("odd.raw"), new byte[23]);

    assertThat(column(raw, FileFormat.RAW, 0)).containsExactly(1, -2, 0.5);
    assertThatThrownBy(() -> SeriesFile.open(odd, FileFormat.RAW))
        .hasMessage(odd + ": 23 bytes (expected: a multiple of 8; a raw file holds doubles)");
  }

  @Test
  void writesTheHeadThatNumpyWrites() throws IOException {
    byte[] numpy = Files.readAllBytes(numpy("vector_f8.npy"));

    assertThat(SeriesFile.head(FileFormat.NPY, DType.F8, 5)).isEqualTo(Arrays.copyOf(numpy, 128));
  }

  @Test
  void readsWindowsOfAnyPlaceInAFileLargerThanAWindow() throws IOException {
    int rows = MappedWindow.BYTES / 8 * 2 + 77;
    Path path = directory.resolve("long.npy");
    try (PartialFile file = PartialFile.create(path, 0)) {
      byte[] head = SeriesFile.head(FileFormat.NPY, DType.F8, rows);
      file.write(ByteBuffer.wrap(head), 0);
      ByteBuffer bytes = ByteBuffer.allocate(rows * 8).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < rows; i++) {
        bytes.putDouble(i);
      }
      file.write(bytes.flip(), head.length);
      file.commit();
    }
    SplittableRandom random = new SplittableRandom(1);
    try (SeriesFile file = SeriesFile.open(path, FileFormat.NPY);
        SeriesFile.Cursor cursor = file.cursor()) {
      double[] x = new double[100_000];
      for (int k = 0; k < 50; k++) {
        int count = random.nextInt(x.length);
        int from = random.nextInt(rows - count);
        cursor.read(0, from, x, count);
        for (int i = 0; i < count; i += 1000) {
          assertThat(x[i]).isEqualTo(from + i);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 60000", "100, 3000", "700, 300", "40000, 7"})
  void readsColumnsThatLieBetweenOthersHoweverManyThoseAre(int columns, int rows)
      throws IOException {
    Path path = directory.resolve("wide.npy");
    byte[] head = NpyHeader.bytes("<f4", false, rows, columns);
    ByteBuffer bytes =
        ByteBuffer.allocate(head.length + 4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(head);
    for (int i = 0; i < rows * columns; i++) {
      bytes.putFloat(i);
    }
    Files.write(path, bytes.array());
    try (SeriesFile file = SeriesFile.open(path, FileFormat.NPY)) {
      for (int column : new int[] {0, columns / 2, columns - 1}) {
        float[] x = new float[rows];
        try (SeriesFile.Cursor cursor = file.cursor()) {
          cursor.read(column, 0, x, rows);
        }
        for (int row = 0; row < rows; row++) {
          assertThat(x[row]).isEqualTo((float) (row * columns + column));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 8)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 0)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'extra': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} import os",
        "{'descr': '<f8"
      })
  void refusesAHostileHead(String text) throws IOException {
    Path path = npy(1, text.length(), text);
    assertThatThrownBy(() -> SeriesFile.open(path, FileFormat.NPY).close())
        .isInstanceOf(SeriesException.class)
        .hasMessageStartingWith(path + ": ");
  }

  @Test
  void refusesALyingLength() throws IOException {
    assertThatThrownBy(() -> SeriesFile.open(npy(1, 60_000, "{}"), FileFormat.NPY))
        .hasMessageContaining("ends within its .npy head");
    assertThatThrownBy(() -> SeriesFile.open(npy(2, 0xfffffff0L, "{}"), FileFormat.NPY))
        .hasMessageContaining("a .npy head of 4294967280 bytes (expected: <= 65536)");
    assertThatThrownBy(() -> SeriesFile.open(npy(9, 2, "{}"), FileFormat.NPY))
        .hasMessageContaining(".npy version 9 (expected: 1, 2 or 3)");
  }

  @Test
  void anyBytesGiveAFileOrASentence() throws IOException {
    byte[] good = Files.readAllBytes(numpy("rows_columns_f8.npy"));
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes =
          Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
      for (int k = random.nextInt(4); k >= 0 && bytes.length > 0; k--) {
        bytes[random.nextInt(Math.min(bytes.length, 130))] = (byte) random.nextInt();
      }
      Path path = Files.write(directory.resolve("random.npy"), bytes);
      try (SeriesFile file = SeriesFile.open(path, FileFormat.NPY)) {
        assertThat(file.rows() * file.columns() * file.dtype().bytes())
            .isLessThanOrEqualTo(bytes.length);
      } catch (SeriesException e) {
        assertThat(e).as("round %d", round).hasMessageStartingWith(path.toString());
      }
    }
  }

  @Test
  void aPartialFileHasItsNameOnlyWhenItIsWhole() throws IOException {
    Path path = directory.resolve("whole.bin");
    try (PartialFile file = PartialFile.create(path, 3)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
      assertThat(path).doesNotExist();
      file.commit();
    }
    assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});

    try (PartialFile file = PartialFile.create(path, 3)) {
      file.write(ByteBuffer.wrap(new byte[] {9}), 0);
    }
    assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(directory.toFile().list()).containsExactly("whole.bin");
  }

  @Test
  void refusesAFileThatHasNoRoom() throws IOException {
    Path path = directory.resolve("huge.npy");

    assertThatThrownBy(() -> PartialFile.create(path, Long.MAX_VALUE))
        .isInstanceOf(SeriesException.class)
        .hasMessageContaining("needs 9223372036854775807 bytes, ")
        .hasMessageEndingWith("nothing was written");
    assertThat(directory).isEmptyDirectory();
    assertThatThrownBy(() -> PartialFile.create(directory.resolve("no/where.npy"), 1))
        .hasMessageContaining("there is no directory");
  }

  private Path npy(int version, long textLength, String text) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(12 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    head.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) version)
        .put((byte) 0);
    if (version == 1) {
      head.putShort((short) textLength);
    } else {
      head.putInt((int) textLength);
    }
    head.put(text.getBytes(StandardCharsets.ISO_8859_1));
    return Files.write(
        directory.resolve("hostile.npy"), Arrays.copyOf(head.array(), head.position()));
  }
}
