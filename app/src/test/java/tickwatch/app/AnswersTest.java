package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.Infinity;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.q.DisplayOptions;

class AnswersTest {
  private static final long NOON = 43_200_000_000_000L;

  private static final Table ROWS =
      new Table(
          List.of("time", "sym", "level", "note"),
          List.of(
              LongVector.of(QType.TIMESTAMP, NOON, Null.LONG),
              SymbolVector.of("a,b", ""),
              FloatVector.of(QType.FLOAT, 1.5, Double.NaN),
              ListVector.of(
                  ByteVector.string("say \"x\""), FloatVector.of(QType.FLOAT, 1, Double.NaN))));

  private static String print(Value value, Answers.Format format) {
    StringWriter out = new StringWriter();
    Answers.print(value, format, DisplayOptions.WHOLE, new PrintWriter(out));
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void csvQuotesWhatNeedsItAndLeavesNullsEmpty() {
    assertThat(print(ROWS, Answers.Format.CSV))
        .isEqualTo(
            "time,sym,level,note\r\n"
                + "2000-01-01T12:00:00Z,\"a,b\",1.5,\"say \"\"x\"\"\"\r\n"
                + ",,,1.0 \r\n");
  }

  @Test
  void jsonHasAnObjectARow() {
    assertThat(print(ROWS, Answers.Format.JSON))
        .isEqualTo(
            """
            [{"time":"2000-01-01T12:00:00Z","sym":"a,b","level":1.5,"note":"say \\"x\\""},
             {"time":null,"sym":null,"level":null,"note":[1.0,null]}]
            """);
  }

  @Test
  void tableAlignsNumbersRightAndTextsLeft() {
    Table table =
        new Table(
            List.of("sym", "x"),
            List.of(SymbolVector.of("a", "bcd"), LongVector.of(QType.LONG, 7, 1234)));

    assertThat(print(table, Answers.Format.TABLE))
        .isEqualTo("sym     x\n---------\na       7\nbcd  1234\n");
  }

  @Test
  void keyedTableHasItsKeyFirst() {
    Dictionary keyed =
        new Dictionary(
            new Table(List.of("sym"), List.of(SymbolVector.of("a", "b"))),
            new Table(List.of("n"), List.of(LongVector.of(QType.LONG, 1, 2))));

    assertThat(print(keyed, Answers.Format.CSV)).isEqualTo("sym,n\r\na,1\r\nb,2\r\n");
    assertThat(print(keyed, Answers.Format.JSON))
        .isEqualTo("[{\"sym\":\"a\",\"n\":1},\n {\"sym\":\"b\",\"n\":2}]\n");
  }

  @Test
  void atomsListsAndDictionariesAreTablesToo() {
    Dictionary dictionary =
        new Dictionary(SymbolVector.of("seq", "refused"), LongVector.of(QType.LONG, 5, 0));

    assertThat(print(new LongAtom(QType.LONG, 7), Answers.Format.CSV)).isEqualTo("value\r\n7\r\n");
    assertThat(print(ByteVector.string("text"), Answers.Format.CSV)).isEqualTo("value\r\ntext\r\n");
    assertThat(print(dictionary, Answers.Format.CSV))
        .isEqualTo("key,value\r\nseq,5\r\nrefused,0\r\n");
    assertThat(print(dictionary, Answers.Format.JSON)).isEqualTo("{\"seq\":5,\"refused\":0}\n");
    assertThat(print(LongVector.of(QType.LONG, 1, Null.LONG), Answers.Format.JSON))
        .isEqualTo("[1,null]\n");
  }

  @Test
  void temporalsAreWrittenAsOthersReadThem() {
    assertThat(ValueText.plain(IntVector.of(QType.DATE, 0, Null.INT, -1)))
        .isEqualTo("2000-01-01  1999-12-31");
    assertThat(ValueText.plain(IntVector.of(QType.TIME, -1, 3_600_000)))
        .isEqualTo("-00:00:00.001 01:00:00.000");
    assertThat(ValueText.plain(IntVector.of(QType.MINUTE, 61, Infinity.INT)))
        .isEqualTo("01:01:00 inf");
    assertThat(ValueText.plain(IntVector.of(QType.MONTH, 13))).isEqualTo("2001-02");
    assertThat(ValueText.plain(LongVector.of(QType.TIMESPAN, NOON + 1)))
        .isEqualTo("12:00:00.000000001");
    assertThat(ValueText.plain(FloatVector.of(QType.DATETIME, 0.5)))
        .isEqualTo("2000-01-01T12:00:00Z");
  }

  @Test
  void jsonHasNoInfinitiesAndTruthsAreTruths() {
    assertThat(ValueText.json(FloatVector.of(QType.FLOAT, Double.POSITIVE_INFINITY)))
        .isEqualTo("[null]");
    assertThat(ValueText.json(new ByteAtom(QType.BOOLEAN, (byte) 1))).isEqualTo("true");
    assertThat(ValueText.json(ByteVector.string("\u0001\n"))).isEqualTo("\"\\u0001\\n\"");
  }
}
