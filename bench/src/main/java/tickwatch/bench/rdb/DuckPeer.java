package tickwatch.bench.rdb;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The same rows in a DuckDB of this process, in memory; answers are read column by column. */
final class DuckPeer implements AutoCloseable {
  private static final long KDB_EPOCH_NANOS = 946_684_800_000_000_000L;

  private final DuckDBConnection connection;
  private final Statement statement;

  DuckPeer() throws SQLException {
    connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    statement = connection.createStatement();
    for (String table : new String[] {"readings", "probe"}) {
      StringBuilder columns = new StringBuilder("time timestamp_ns, sym varchar");
      for (int channel = 0; channel < Readings.CHANNELS; channel++) {
        columns.append(", ch").append(channel).append(" double");
      }
      statement.execute("create table " + table + " (" + columns + ")");
    }
  }

  /** Appends rows, made visible {@code batch} at a time. */
  void append(String table, Readings rows, int from, int to, int batch) throws SQLException {
    DuckDBAppender appender = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table);
    try (appender) {
      for (int row = from; row < to; row++) {
        appender.beginRow();
        appender.append(
            Instant.ofEpochSecond(0, rows.time[row] + KDB_EPOCH_NANOS)
                .atOffset(java.time.ZoneOffset.UTC)
                .toLocalDateTime());
        appender.append(Readings.DOMAIN[rows.sym[row]]);
        for (int channel = 0; channel < Readings.CHANNELS; channel++) {
          appender.append(rows.channels[channel][row]);
        }
        appender.endRow();
        if ((row - from) % batch == batch - 1) {
          appender.flush();
        }
      }
    }
  }

  void threads(int threads) throws SQLException {
    statement.execute("set threads = " + threads);
  }

  /** Runs a query and reads all columns of all rows; answers how many rows there were. */
  int query(String sql) throws SQLException {
    int rows = 0;
    try (ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      boolean[] isDouble = new boolean[columns];
      for (int column = 0; column < columns; column++) {
        isDouble[column] = result.getMetaData().getColumnType(column + 1) == java.sql.Types.DOUBLE;
      }
      while (result.next()) {
        for (int column = 0; column < columns; column++) {
          if (isDouble[column]) {
            result.getDouble(column + 1);
          } else {
            result.getObject(column + 1);
          }
        }
        rows++;
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    statement.close();
    connection.close();
  }
}
