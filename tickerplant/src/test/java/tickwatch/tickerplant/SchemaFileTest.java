package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tickwatch.tickerplant.Plant.symbol;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.SchemaException;

class SchemaFileTest {
  @TempDir Path directory;

  private Tickerplant start(String schema) throws Exception {
    Path file = Files.writeString(directory.resolve("sym.q"), schema);
    return Tickerplant.start(TickerplantConfig.defaults(file, directory.resolve("log"), 0));
  }

  @Test
  void aFileMayHoldSeveralTablesKeyedAndNot() throws Exception {
    try (Tickerplant tickerplant =
            start(
                """
                quote:([]time:`timespan$();sym:`symbol$();bid:`float$();ask:`float$())
                trade:([]time:`timespan$();sym:`g#`symbol$();price:`float$())
                last1:([time:`timespan$();sym:`symbol$()]price:`float$())
                """);
        RawClient client = RawClient.connect(tickerplant.port())) {
      assertThat(client.ask("3#.u.t")).isEqualTo(SymbolVector.of("quote", "trade", "last1"));
      ListVector pair = (ListVector) client.subscribe("last1", SymbolAtom.NULL);
      Dictionary keyed = (Dictionary) pair.get(1);
      assertThat(((Table) keyed.keys()).names()).containsExactly("time", "sym");
      assertThat(((Table) keyed.values()).names()).containsExactly("price");

      // Rows of keyed tables are published as plain ones, which insert and upsert take.
      client.async(
          symbol(".u.upd"),
          symbol("last1"),
          client.ask("([time:1#0D00:00:01;sym:1#`a]price:1#2.5)"));
      ListVector upd = (ListVector) client.next();
      assertThat(((Table) upd.get(2)).names()).containsExactly("time", "sym", "price");
      assertThat(client.ask("count .u.w`last1")).isEqualTo(client.ask("1"));
    }
  }

  @Test
  void aTableThatDoesNotBeginWithTimeAndSymIsNoSchema() {
    assertThatThrownBy(() -> start("trade:([]sym:`symbol$();time:`timespan$())"))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("time");
  }

  @Test
  void aTableThatEveryTickerplantHasIsNotTheSchemasToChange() throws Exception {
    // As TorQ's heartbeat.
    assertThatThrownBy(
            () -> start("heartbeat:([]time:`timestamp$();sym:`symbol$();procname:`symbol$())"))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("table heartbeat has the columns [time, sym, procname]")
        .hasMessageContaining("another name");
    start(
            "trade:([]time:`timestamp$();sym:`symbol$())\n"
                + "logmsg:([]time:`timestamp$();sym:`symbol$();process:`symbol$();level:`symbol$();"
                + "message:())")
        .close();
  }

  @Test
  void aColumnsNameStandsForOneColumn() {
    assertThatThrownBy(
            () -> start("trade:([]time:`timespan$();sym:`symbol$();x:`float$();x:`long$())"))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("two columns x");
  }

  @Test
  void whatEditorsPutBeforeATextIsNoPartOfIt() throws Exception {
    start("\uFEFFtrade:([]time:`timespan$();sym:`symbol$())\r\n").close();
  }

  @Test
  void aFileThatIsNoTextIsSaidToBeNone() throws Exception {
    Path file = Files.write(directory.resolve("sym.q"), new byte[] {(byte) 0xff, 1, 2});
    assertThatThrownBy(
            () -> Tickerplant.start(TickerplantConfig.defaults(file, directory.resolve("log"), 0)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("is not text (expected: UTF-8)");
  }
}
