package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledCsvTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("x.csv"), text);
  }

  private static LabelledCsv read(Path file) {
    return LabelledCsv.read(file, LabelledCsv.Columns.BY_NAME);
  }

  /**
   * Lines of two sensors in turns, whose first column has a field that is no number here and there.
   */
  private static String lines(int count, int everyBad) {
    StringBuilder text = new StringBuilder("ts,sym,a,b,label\n");
    for (int i = 0; i < count; i++) {
      text.append(1_700_000_000 + i)
          .append(i % 2 == 0 ? ",s0," : ",s1,")
          .append(i % everyBad == 5 ? "ERR" : String.valueOf(i))
          .append(',')
          .append(i)
          .append(i == 8 ? ",1\n" : ",0\n");
    }
    return text.toString();
  }

  @Test
  void aLineWithAFieldThatIsNoNumberIsLeftOutAndItsChannelStays() throws IOException {
    Path file = file(lines(400, 200));

    List<LabelledCsv> sensors =
        LabelledCsv.readSensors(file, LabelledCsv.Columns.BY_NAME, CsvOptions.Sym.DEFAULT);

    assertThat(sensors.get(0).channels()).containsExactly("a", "b");
    assertThat(sensors.get(0).badLines()).isEqualTo(2);
    assertThat(sensors.get(0).rowCount()).isEqualTo(200);
    assertThat(sensors.get(0).labels()[4]).isTrue();
    assertThat(sensors.get(1).rowCount()).isEqualTo(198);
    assertThat(sensors.get(1).values(0)).startsWith(1, 3, 7, 9).isEqualTo(sensors.get(1).values(1));
  }

  @Test
  void aColumnThatIsMostlyTextIsNoChannel() throws IOException {
    LabelledCsv csv = read(file(lines(400, 20)));

    assertThat(csv.channels()).containsExactly("b");
    assertThat(csv.leftOut()).contains("a (text, as \"ERR\")");
    assertThat(csv.rowCount()).isEqualTo(400);
  }

  @Test
  void aFileOfWhichNoLineCanBeReadSaysWhy() throws IOException {
    Path file = file("ts,a\n1/31/26,1\n2/1/26,2\n");

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(FeedException.class)
        .hasMessageStartingWith(
            file + ": none of its 2 lines can be read; line 2: ts \"1/31/26\" is not a time");
  }

  @Test
  void decimalsMayStandBehindACommaWhereSemicolonsPartFields() throws IOException {
    LabelledCsv csv = read(file("ts;a\n31.01.2026;1,5\n01.02.2026;\n"));

    assertThat(csv.values(0)).containsExactly(1.5, Double.NaN);
  }

  @Test
  void labelsAreAColumnOfMarksWhoseNameSaysSo() throws IOException {
    Path file = file("ts,a,is_anomaly,Change Point,fault\n1,5,0,1,0\n2,6,true,0,2\n3,7,,1,0\n");

    LabelledCsv csv = read(file);

    assertThat(csv.labels()).containsExactly(false, true, false);
    assertThat(csv.channels()).containsExactly("a", "fault");
    assertThat(csv.leftOut())
        .containsExactly(
            "is_anomaly (0 and 1 alone: labels; --keep is_anomaly makes it a channel)",
            "Change Point (0 and 1 alone: labels; --keep Change Point makes it a channel)");
  }

  @Test
  void marksThatAreAskedForAreChannels() throws IOException {
    Path file = file("ts,a,Label,anomaly\n1,5,0,1\n2,6,1,0\n");

    LabelledCsv csv =
        LabelledCsv.read(
            file, new LabelledCsv.Columns(null, null, null, List.of("anomaly", "Label")));

    assertThat(csv.channels()).containsExactly("a", "Label", "anomaly");
    assertThat(csv.labels()).containsOnly(false);
  }

  @Test
  void channelsAreThoseOfTheTableThatAFeedFills() throws IOException {
    Path file =
        file("time,sym,Wärme °C,open,note,since,count,empty,fault\n1,b,5,true,x,2026-01-01,1,,0\n");

    LabelledCsv csv = read(file);
    CsvSchema schema = CsvSchema.derive(CsvOptions.of(List.of(file)), null, List.of());

    assertThat(csv.channels()).containsExactly("WarmeC", "open", "count1", "empty");
    assertThat(schema.schema().channels()).isEqualTo(csv.channels());
    assertThat(csv.values(1)).containsExactly(1);
  }
}
