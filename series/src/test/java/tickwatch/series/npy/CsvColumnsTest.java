package tickwatch.series.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.series.SeriesException;

class CsvColumnsTest {
  @TempDir Path directory;

  private Path csv(String text) throws IOException {
    return Files.write(directory.resolve("x.csv"), text.getBytes(StandardCharsets.UTF_8));
  }

  private double[] column(int column) {
    try (SeriesFile file = SeriesFile.open(directory.resolve("x.npy"), FileFormat.NPY);
        SeriesFile.Cursor cursor = file.cursor()) {
      double[] x = new double[(int) file.rows()];
      cursor.read(column, 0, x, x.length);
      return x;
    }
  }

  private List<String> copy(Path csv, String... wanted) {
    return CsvColumns.copy(csv, List.of(wanted), directory.resolve("x.npy"));
  }

  @Test
  void takesTheColumnsOfNumbers() throws IOException {
    assertThat(copy(csv("time,a,\"the b\"\r\n10:00,1,2.5\r\n10:01,,\"-3\"\r\n\r\n10:02,NA,1e3")))
        .containsExactly("a", "the b");
    assertThat(column(0)).containsExactly(1, Double.NaN, Double.NaN);
    assertThat(column(1)).containsExactly(2.5, -3, 1000);
  }

  @Test
  void takesTheColumnsAskedForInTheirOrder() throws IOException {
    assertThat(copy(csv("a;b;c\n1;2;3\n4;5;6\n"), "c", "a")).containsExactly("c", "a");
    assertThat(column(0)).containsExactly(3, 6);
    assertThat(column(1)).containsExactly(1, 4);
  }

  @Test
  void aColumnThatBeginsWithoutAValueIsOneOfNumbersIfItsFirstValueIs() throws IOException {
    assertThat(copy(csv("a,b,c,d\n,1,,NULL\n,2,,x\n3,4,,5\n"))).containsExactly("a", "b");
    assertThat(column(0)).containsExactly(Double.NaN, Double.NaN, 3);
  }

  @Test
  void separatorsInQuotesDoNotCountAndDecimalsMayStandBehindACommaBesideSemicolons()
      throws IOException {
    assertThat(copy(csv("\"a,b,c\";\"d,e\"\n1,5;-2,25e1\n"))).containsExactly("a,b,c", "d,e");
    assertThat(column(0)).containsExactly(1.5);
    assertThat(column(1)).containsExactly(-22.5);
  }

  @Test
  void aNameWithACommaCanBeAskedForBesideOthers() throws IOException {
    assertThat(copy(csv("\"a,b\",c,a\n1,2,3\n"), "a,a,b", "c")).containsExactly("a", "a,b", "c");
  }

  @Test
  void readsManyRowsAndCompressedFiles() throws IOException {
    Path gz = directory.resolve("x.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      StringBuilder text = new StringBuilder("a,b\n");
      for (int i = 0; i < 200_000; i++) {
        text.append(i).append(',').append(-i).append('\n');
      }
      out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
    }
    copy(gz);

    assertThat(column(0)).hasSize(200_000).endsWith(199_998, 199_999);
    assertThat(column(1)).endsWith(-199_998, -199_999);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b~1,2~3   |   | line 3 has 1 fields (expected: 2, as the first line)",
        "a,b~1,2~x,3 |   | line 3, column a: \"x\" (expected: a number)",
        "a,b~1,2     | c | has no column \"c\" (expected: one of a, b)",
        "a,b~x,y     |   | has no column of numbers in its first rows"
      })
  void saysWhatIsWrongAndLeavesNoCopy(String text, String wanted, String sentence)
      throws IOException {
    Path csv = csv(text.replace('~', '\n'));

    assertThatThrownBy(() -> copy(csv, wanted == null ? new String[0] : new String[] {wanted}))
        .isInstanceOf(SeriesException.class)
        .hasMessage(csv + ": " + sentence);
    assertThat(directory.toFile().list()).containsExactly("x.csv");
  }
}
