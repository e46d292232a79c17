package tickwatch.detector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.model.Model;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;

/** Which of a tickerplant's tables are judged; never the system's own. */
final class TablesToJudge {
  private TablesToJudge() {}

  /**
   * The one that was asked for, or all that have the model's channels.
   *
   * @throws DetectorException if there is none
   */
  static List<TableSchema> fitting(Schema schema, Model model, @Nullable String wanted) {
    List<String> names =
        schema.tables().stream().map(table -> SymbolAtom.textOf(table.name())).toList();
    if (wanted != null) {
      String name = SymbolAtom.bytesOf(wanted);
      if (SystemTables.contains(name)) {
        throw new DetectorException(
            "table "
                + wanted
                + " is the system's own and is never judged (tables: "
                + String.join(", ", names)
                + ")");
      }
      TableSchema table = schema.table(name);
      if (table == null) {
        throw new DetectorException(
            "the tickerplant has no table "
                + wanted
                + " (tables: "
                + String.join(", ", names)
                + ")");
      }
      Source.check(table, model);
      return List.of(table);
    }
    List<TableSchema> fitting = new ArrayList<>();
    for (TableSchema table : schema.tables()) {
      if (!SystemTables.contains(table.name()) && Source.missingChannels(table, model).isEmpty()) {
        Source.check(table, model);
        fitting.add(table);
      }
    }
    if (fitting.isEmpty()) {
      List<TableSchema> tables = schema.tables();
      throw new DetectorException(
          "no table has the channels of model "
              + model.name()
              + " ("
              + String.join(", ", model.channels())
              + "; "
              + (tables.isEmpty()
                  ? "the tickerplant has no table"
                  : "table "
                      + names.get(0)
                      + " lacks "
                      + String.join(", ", Source.missingChannels(tables.get(0), model)))
              + "); take another --model");
    }
    return fitting;
  }

  /**
   * The one that was asked for, or all; of those that have numbers.
   *
   * @throws DetectorException if there is none
   */
  static List<TableSchema> withNumbers(Schema schema, @Nullable String wanted) {
    List<TableSchema> fitting = new ArrayList<>();
    for (TableSchema table : schema.tables()) {
      if (!SystemTables.contains(table.name())
          && (wanted == null || SymbolAtom.bytesOf(wanted).equals(table.name()))
          && !Learning.channels(table).isEmpty()) {
        fitting.add(table);
      }
    }
    if (fitting.isEmpty()) {
      throw new DetectorException(
          "the tickerplant has no table "
              + (wanted == null ? "" : wanted + " ")
              + "with numbers to judge (tables: "
              + String.join(
                  ", ",
                  schema.tables().stream().map(table -> SymbolAtom.textOf(table.name())).toList())
              + ")");
    }
    return fitting;
  }
}
