package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSchemaTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static CsvSchema derive(Path... files) {
    return CsvSchema.derive(CsvOptions.of(List.of(files)), null, List.of());
  }

  @Test
  void findsTimeNumbersTruthsAndTimesAndLeavesTextOut() throws IOException {
    Path file =
        file(
            "plant-7.csv",
            """
            ts,split,temperature,count,open,since,note,empty,label
            2026-01-01T00:00:00Z,train,1,5,true,2025-01-01,ok,,0
            2026-01-01T00:01:00Z,test,1.5,,false,,"a, b",,1
            """);

    CsvSchema derived = derive(file);

    assertThat(derived.q())
        .isEqualTo(
            "plant7:([]time:`timestamp$();sym:`symbol$();temperature:`float$();count1:`long$();"
                + "open:`boolean$();since:`timestamp$();empty:`float$())");
    assertThat(derived.timeFrom()).isEqualTo("ts");
    assertThat(derived.symFrom()).isEqualTo("the file's name, as plant-7");
    assertThat(derived.leftOut())
        .containsExactly(
            "split (says something about the row)",
            "note (text, as \"ok\")",
            "label (says something about the row)");
    assertThat(derived.rows()).isEqualTo(2);
  }

  @Test
  void namesThatQDoesNotTakeAreChangedAsByQsOwnId() throws IOException {
    CsvSchema derived =
        derive(file("x.csv", "time,cpu load %,2nd,select,time,cpuload\n2026-01-01,1.5,1,1,1,1\n"));

    assertThat(derived.schema().columns())
        .containsExactly("time", "sym", "cpuload", "a2nd", "select1", "time2", "cpuload1");
    assertThat(derived.renamed())
        .containsExactly(
            "cpu load % is called cpuload",
            "2nd is called a2nd",
            "select is called select1",
            "time is called time2",
            "cpuload is called cpuload1");
  }

  @Test
  void symComesFromTheColumnOfThatName() throws IOException {
    CsvSchema derived = derive(file("x.csv", "sym,date,level\na,2026-01-01,1.5\n"));

    assertThat(derived.symFrom()).isEqualTo("column sym");
    assertThat(derived.schema().columns()).containsExactly("time", "sym", "level");
  }

  @Test
  void readsGzipSemicolonsAndAByteOrderMark() throws IOException {
    Path packed = folder.resolve("packed.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("\uFEFFts;a;b\r\n2026-01-01;1.5;2\r\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(derive(packed).q())
        .isEqualTo("packed:([]time:`timestamp$();sym:`symbol$();a:`float$();b:`long$())");
  }

  @Test
  void decimalsMayStandBehindACommaWhereSemicolonsPartFields() throws IOException {
    assertThat(derive(file("x.csv", "ts;a;b\n31.01.2026;1,5;2\n01.02.2026;2;3\n")).q())
        .isEqualTo("x:([]time:`timestamp$();sym:`symbol$();a:`float$();b:`long$())");
    assertThat(derive(file("y.csv", "ts,a,b\n2026-01-01,\"1,5\",2\n")).leftOut())
        .containsExactly("a (text, as \"1,5\")");
  }

  @Test
  void timesThatAreNoneAreSaid() throws IOException {
    Path none = file("none.csv", "ts,a\n1/31/26,1\n2/1/26,1\n");
    Path some = file("some.csv", "ts,a\n2026-01-01,1\nsoon,1\n");

    assertThatThrownBy(() -> derive(none))
        .hasMessageContaining(
            "no line has a time in its column ts, as \"1/31/26\" (expected: as 2026");
    assertThat(derive(some).badFields())
        .containsExactly("ts: not a time in 1 of 2 fields, as \"soon\" (a feed skips such lines)");
  }

  @Test
  void theOnlyColumnOfTimesIsTheTimeWhateverItsName() throws IOException {
    assertThat(derive(file("a.csv", "n;Zeitstempel\n7;05.01.2026 00:00\n")).timeFrom())
        .isEqualTo("Zeitstempel");
    assertThat(derive(file("b.csv", "n,epoch_ms\n1767571200000,1767571200000\n")).timeFrom())
        .isEqualTo("epoch_ms");
    Path two = file("c.csv", "from,to,n\n2026-01-05,2026-01-06,1\n");
    assertThatThrownBy(() -> derive(two))
        .hasMessageContaining("name its time column with --time, perhaps --time from (its first");
    Path numbers = file("d.csv", "uptime,n\n17,1\n");
    assertThatThrownBy(() -> derive(numbers)).hasMessageEndingWith("with --time");
  }

  @Test
  void marksOfNoValueMakeNoText() throws IOException {
    Path file = file("x.csv", "ts,a,b\n2026-01-01,-,1.5\n2026-01-02,1.5,#N/A\n2026-01-03,?,None\n");

    assertThat(derive(file).q())
        .isEqualTo("x:([]time:`timestamp$();sym:`symbol$();a:`float$();b:`float$())");
  }

  @Test
  void aCounterIsLeftOutUnlessItIsWanted() throws IOException {
    StringBuilder text = new StringBuilder("ts,kWh,level,reset\n");
    for (int i = 0; i < 400; i++) {
      text.append(i).append(',').append(i / 3 + ".5,").append(i / 300).append(',').append(i % 150);
      text.append('\n');
    }
    Path file = file("a.csv", text.toString());
    Path next = file("b.csv", text.toString());

    assertThat(derive(file, next).schema().columns())
        .containsExactly("time", "sym", "level", "reset");
    assertThat(derive(file).leftOut())
        .containsExactly(
            "kWh (rises and never falls, as a counter: watch its rate instead; --keep kWh makes it"
                + " a channel)");
    assertThat(
            CsvSchema.derive(CsvOptions.of(List.of(file)), null, List.of("kWh")).schema().columns())
        .contains("kWh");
    assertThat(LabelledCsv.read(file, LabelledCsv.Columns.BY_NAME).channels())
        .containsExactly("level", "reset");
  }

  @Test
  void aCounterOfEachOfSeveralSensorsIsLeftOut() throws IOException {
    StringBuilder text = new StringBuilder("ts,bytes,host,level,meter\n");
    for (int i = 0; i < 400; i++) {
      int host = i % 2;
      text.append(i).append(',').append(1000 * (1 - host) + i).append(",h").append(host);
      text.append(",").append(i % 7).append(',').append(host == 0 ? i % 20 : 10000 + i);
      text.append('\n');
    }
    Path file = file("a.csv", text.toString());
    CsvOptions.Sym sym = CsvOptions.Sym.parse("host");

    assertThat(
            CsvSchema.derive(new CsvOptions(List.of(file), null, sym, null), null, List.of())
                .schema()
                .columns())
        .containsExactly("time", "sym", "level", "meter");
    assertThat(LabelledCsv.readSensors(file, LabelledCsv.Columns.BY_NAME, sym))
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.channels()).containsExactly("level", "meter"));
  }

  @Test
  void aColumnWithoutANameIsLeftOut() throws IOException {
    CsvSchema derived = derive(file("x.csv", ",ts,a,\n0,2026-01-01,1.5,\n1,2026-01-02,2.5,\n"));

    assertThat(derived.schema().columns()).containsExactly("time", "sym", "a");
    assertThat(derived.leftOut())
        .containsExactly(
            "a column without a name (the row's number?)",
            "a column without a name (the row's number?)");
  }

  @Test
  void whatIsNoUtf8IsReadAsWindowsWritesIt() throws IOException {
    Path file = folder.resolve("x.csv");
    Files.write(
        file, "Zeit|Größe|Ort\n2026-01-01|1.5|Köln\n".getBytes(Charset.forName("windows-1252")));

    CsvOptions bySite = new CsvOptions(List.of(file), null, CsvOptions.Sym.parse("Ort"), null);

    assertThat(CsvSchema.derive(bySite, null, List.of()).schema().columns())
        .containsExactly("time", "sym", "Grosse");
  }

  @Test
  void typesAreThoseOfAllFilesTogether() throws IOException {
    Path a = file("a.csv", "ts,x\n2026-01-01,1\n");
    Path b = file("b.csv", "ts,x\n2026-01-01,1.5\n");

    assertThat(derive(a, b).q()).isEqualTo("a:([]time:`timestamp$();sym:`symbol$();x:`float$())");
  }

  @Test
  void aColumnOfNumbersStaysOneWhereOneFieldInAHundredIsNone() throws IOException {
    StringBuilder text = new StringBuilder("ts,a,b\n");
    for (int i = 0; i < 200; i++) {
      text.append("2026-01-01,")
          .append(i < 2 ? "n/k" : "1.5")
          .append(',')
          .append(i < 3 ? "n/k" : "1.5")
          .append('\n');
    }

    CsvSchema derived = derive(file("x.csv", text.toString()));

    assertThat(derived.schema().columns()).containsExactly("time", "sym", "a");
    assertThat(derived.badFields())
        .containsExactly(
            "a: not a number in 2 of 200 fields, as \"n/k\" (a feed skips such lines)");
    assertThat(derived.leftOut()).containsExactly("b (text, as \"n/k\")");
  }

  @Test
  void filesWithOtherColumnsAreRefused() throws IOException {
    Path a = file("a.csv", "ts,x\n2026-01-01,1\n");
    Path b = file("b.csv", "ts,y\n2026-01-01,1\n");

    assertThatThrownBy(() -> derive(a, b)).hasMessageContaining("has other columns (ts, y)");
  }

  @Test
  void missingTimeColumnIsSaidWithTheColumnsThereAre() throws IOException {
    Path file = file("a.csv", "when,x\nthen,1\n");

    assertThatThrownBy(() -> derive(file))
        .hasMessageContaining("columns: when, x")
        .hasMessageContaining("--time");
  }

  @Test
  void missingAndEmptyFilesAreSaid() throws IOException {
    assertThatThrownBy(() -> derive(folder.resolve("no.csv")))
        .hasMessageStartingWith("there is no file ");
    Path empty = file("empty.csv", "");
    assertThatThrownBy(() -> derive(empty)).hasMessageContaining("is empty");
  }

  @Test
  void lettersThatQDoesNotKnowAreSpeltOut() throws IOException {
    CsvSchema derived =
        derive(
            file("x.csv", "time,Température,Größe,Δp,µ,Давление,温度,压力,Åse_Ø\n1,1,1,1,1,1,1,1,1\n"));

    assertThat(derived.schema().columns().subList(2, 10))
        .containsExactly("Temperature", "Grosse", "Deltap", "mu", "Davlenie", "c7", "c8", "Ase_O");
  }

  @Test
  void columnsOfMarksAreLeftOutUnlessTheyAreAskedFor() throws IOException {
    Path file = file("x.csv", "date_time,a,Is_Anomaly,fault,on,label\n1,1,0,5,0,7\n2,1,1,0,1,8\n");

    assertThat(derive(file).schema().channels()).containsExactly("a", "fault", "on");
    assertThat(derive(file).leftOut())
        .containsExactly(
            "Is_Anomaly (0 and 1 alone: labels; --keep Is_Anomaly makes it a channel)",
            "label (says something about the row)");
    assertThat(
            CsvSchema.derive(CsvOptions.of(List.of(file)), null, List.of("Is_Anomaly", "label"))
                .schema()
                .channels())
        .containsExactly("a", "Is_Anomaly", "fault", "on", "label");
    assertThatThrownBy(
            () -> CsvSchema.derive(CsvOptions.of(List.of(file)), null, List.of("anomaly")))
        .hasMessageContaining("--keep anomaly: ", "has no such column");
  }

  @Test
  void aColumnThatKeepsTimesApartIsProbablyTheSensor() throws IOException {
    String lines = "1,b1,7,1.5,ok\n1,b2,8,1.5,ok\n2,b1,7,1.5,ok\n2,b2,8,1.5,bad\n";
    Path two = file("two.csv", "ts,boiler,id,x,state\n" + lines);
    Path numbered = file("numbered.csv", "ts,id,x\n1,7,1.5\n1,8,1.5\n2,7,1.5\n2,8,1.5\n");
    Path one = file("one.csv", "ts,state,x\n1,ok,1.5\n2,ok,1.5\n3,bad,1.5\n3,bad,1.5\n");

    assertThat(derive(two).hint())
        .isEqualTo(
            "column boiler seems to name the sensors: times go on within each of its 2 values, not"
                + " from row to row; --sym boiler keeps them apart");
    assertThat(derive(numbered).hint()).startsWith("column id seems to name the sensors");
    assertThat(derive(one).hint()).isNull();
    CsvOptions told = new CsvOptions(List.of(two), null, CsvOptions.Sym.parse("boiler"), null);
    assertThat(CsvSchema.derive(told, null, List.of()).hint()).isNull();
  }

  @Test
  void filesOfOneSensorEachNeedNoSym() throws IOException {
    Path a = file("a.csv", "ts,host,x\n1,a,1.5\n2,a,1.5\n");
    Path b = file("b.csv", "ts,host,x\n1,b,1.5\n2,b,1.5\n");

    assertThat(derive(a, b).hint()).isEqualTo("if column host names the sensors: --sym host");
  }

  @Test
  void aFileWithoutAHeaderIsToldWhatLineItLacks() throws IOException {
    Path file = file("x.csv", "2026-01-01 00:00:00,b1,1.5,2\n2026-01-01 00:01:00,b1,1.5,2\n");
    Path numbers = file("y.csv", "1769860800,1.5\n1769860801,1.5\n");

    assertThatThrownBy(() -> derive(file))
        .hasMessage(
            file
                + " has no header line: its first line is \"2026-01-01 00:00:00,b1,1.5,2\" (expected:"
                + " the columns' names); put a line above it, as time,sym,c3,c4");
    assertThatThrownBy(() -> derive(numbers)).hasMessageEndingWith(" above it, as time,c2");
  }
}
