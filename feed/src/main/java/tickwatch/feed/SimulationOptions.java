package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;
import tickwatch.series.generate.Simulation;
import tickwatch.tick.TableSchema;

/**
 * Rows that are made up.
 *
 * @param simulation what they are made of
 * @param labels the CSV file that gets a line for each injected anomaly; null for none
 */
public record SimulationOptions(Simulation simulation, @Nullable Path labels) implements RowSource {

  @Override
  public String label() {
    return "-simulation";
  }

  @Override
  public String identity() {
    return "\0" + simulation.json();
  }

  /** The table that the rows fit: time, sym, and a float for each channel. */
  public static TableSchema schema(Simulation simulation, String table) {
    List<String> columns = new ArrayList<>(List.of("time", "sym"));
    columns.addAll(columns(simulation));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    simulation.channels().forEach(channel -> types.add(QType.FLOAT));
    return new TableSchema(table, columns, types, 0);
  }

  /** The channels' names as q takes them. */
  static List<String> columns(Simulation simulation) {
    return QNames.of(simulation.channels().stream().map(Simulation.Channel::name).toList());
  }
}
