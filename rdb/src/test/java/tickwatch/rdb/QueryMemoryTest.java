package tickwatch.rdb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tickwatch.rdb.store.Retention;
import tickwatch.rdb.store.StoredTable;
import tickwatch.tick.Schema;

final class QueryMemoryTest {
  private static final long MB = 1 << 20;

  private final Database database = new Database(Retention.ALL);
  private final QueryMemory memory = new QueryMemory(database, 2, 400 * MB);

  @Test
  void queriesShareThreeQuartersOfTheHeapLessTheTablesAndVariables() {
    assertThat(memory.ofQuery()).isEqualTo(150 * MB);
    assertThat(memory.leftForVariables()).isEqualTo(150 * MB);

    memory.variablesGrew(100 * MB);
    assertThat(memory.ofQuery()).isEqualTo(100 * MB);
    assertThat(memory.leftForVariables()).isEqualTo(50 * MB);

    memory.variablesGrew(-100 * MB);
    database.define(Schema.of(List.of(TestServer.TRADE)));
    StoredTable table = requireNonNull(database.table("trade"));
    table.append(TestServer.tradeRows(0, 1_000_000));
    table.publish();
    assertThat(memory.ofQuery()).isEqualTo((300 * MB - table.allocatedBytes()) / 2);
  }

  @Test
  void aSmallQueryMayAlwaysRun() {
    memory.variablesGrew(1_000 * MB);

    assertThat(memory.ofQuery()).isEqualTo(16 * MB);
    assertThat(memory.leftForVariables()).isNegative();
  }

  @Test
  void whatAMessageBecomesIsBoundedToo() {
    assertThat(memory.longestMessage()).isEqualTo(150 * MB / 8);
    assertThat(memory.mostSymbols()).isEqualTo((int) (25 * MB / 200));
    assertThat(new QueryMemory(database, 2, 1).mostSymbols()).isEqualTo((int) (16 * MB / 200));
  }
}
