package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.SymbolVector;

/**
 * Rows go on with the columns' names, and with their times if they lacked them: never as a longer
 * message than subscribers take.
 */
class GrowingUpdateTest {
  private static final int MOST_BYTES = 4096;

  @TempDir Path directory;
  private Plant plant;
  private RawClient client;

  @BeforeEach
  void start() {
    plant = new Plant(directory, config -> config.withLimits(MOST_BYTES, 10));
    client = plant.client();
  }

  @AfterEach
  void stop() {
    client.close();
    plant.close();
  }

  private static LongAtom number(long value) {
    return new LongAtom(QType.LONG, value);
  }

  /** Six bytes a row, and fourteen with the time. */
  private static ListVector quotes(int rows) {
    String[] syms = new String[rows];
    Arrays.fill(syms, "a");
    return ListVector.of(SymbolVector.of(syms), RealVector.of(new float[rows]));
  }

  @Test
  void itIsRefusedInWhateverWayItComes() {
    client.async(symbol(".u.upd"), symbol("quote"), quotes(400));
    client.async(symbol(".u.updn"), symbol("feed"), number(7), symbol("quote"), quotes(400));
    assertThat(client.refusal(symbol(".u.upd"), symbol("quote"), quotes(400))).isEqualTo("limit");
    assertThat(
            client.refusal(
                symbol(".u.updn"), symbol("feed"), number(8), symbol("quote"), quotes(400)))
        .isEqualTo("limit");

    assertThat(client.ask(".u.chk[`feed]"))
        .isEqualTo(
            new Dictionary(
                SymbolVector.of("seq", "accepted", "refused"),
                LongVector.of(QType.LONG, 8, 0, 800)));
    assertThat(client.ask("count select from .u.stats[][`tables] where table=`quote, rows>0"))
        .isEqualTo(number(0));
  }

  /** The message that brings them has all but the columns' names. */
  @Test
  void theNamesOfTheColumnsCountToo() {
    ListVector columns = Plant.trades(0, 175);
    byte[] frame = RawClient.asyncFrame(symbol(".u.upd"), symbol("trade"), columns);
    assertThat(frame.length).isBetween(MOST_BYTES - 20, MOST_BYTES);
    client.send(frame);
    client.async(symbol(".u.upd"), symbol("trade"), Plant.trades(0, 100));

    assertThat(client.ask(".u.i")).isEqualTo(number(1));
    assertThat(client.refusal(symbol(".u.upd"), symbol("trade"), columns)).isEqualTo("limit");
  }

  @Test
  void whatStaysBelowTheLimitIsTaken() {
    client.async(symbol(".u.upd"), symbol("quote"), quotes(280));
    assertThat(client.ask(".u.i")).isEqualTo(number(1));
  }
}
