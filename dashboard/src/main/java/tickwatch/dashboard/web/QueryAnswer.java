package tickwatch.dashboard.web;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Display;
import tickwatch.q.DisplayOptions;

/** What a question in q gave, as a table of texts or as a q prompt shows it. */
final class QueryAnswer {
  private static final int MAX_SHOWN_ROWS = 1000;

  private final Value value;
  private final @Nullable Table table;

  QueryAnswer(Value value) {
    this.value = value;
    this.table = table(value);
  }

  private static @Nullable Table table(Value value) {
    if (value instanceof Table plain) {
      return plain;
    }
    if (value instanceof Dictionary keyed
        && keyed.keys() instanceof Table keys
        && keyed.values() instanceof Table values) {
      List<String> names = new ArrayList<>(keys.names());
      names.addAll(values.names());
      List<Vector> columns = new ArrayList<>(keys.columns());
      columns.addAll(values.columns());
      return new Table(names, columns);
    }
    if (value instanceof Dictionary plain
        && plain.keys() instanceof Vector keys
        && plain.values() instanceof Vector values) {
      return new Table(List.of("key", "value"), List.of(keys, values));
    }
    return null;
  }

  /** Writes the first rows, or the text. */
  void write(JsonGenerator out, double millis) throws IOException {
    out.writeStartObject();
    out.writeNumberField("millis", Math.round(millis * 10) / 10.0);
    if (table == null) {
      out.writeStringField("text", Display.text(value, DisplayOptions.WHOLE).stripTrailing());
    } else {
      int rows = Math.min(MAX_SHOWN_ROWS, table.rowCount());
      out.writeNumberField("rowCount", table.rowCount());
      out.writeArrayFieldStart("columns");
      for (int i = 0; i < table.names().size(); i++) {
        out.writeStartObject();
        out.writeStringField("name", SymbolAtom.textOf(table.names().get(i)));
        out.writeStringField("type", String.valueOf(table.columns().get(i).type().letter()));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeArrayFieldStart("rows");
      for (int row = 0; row < rows; row++) {
        out.writeStartArray();
        for (Vector column : table.columns()) {
          out.writeString(cell(column.item(row)));
        }
        out.writeEndArray();
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  /** All rows as RFC 4180 has it. */
  String csv() {
    StringBuilder csv = new StringBuilder();
    if (table == null) {
      return csv.append("value\r\n").append(field(cell(value))).append("\r\n").toString();
    }
    for (int i = 0; i < table.names().size(); i++) {
      csv.append(i == 0 ? "" : ",").append(field(SymbolAtom.textOf(table.names().get(i))));
    }
    csv.append("\r\n");
    for (int row = 0; row < table.rowCount(); row++) {
      for (int i = 0; i < table.columns().size(); i++) {
        csv.append(i == 0 ? "" : ",").append(field(cell(table.columns().get(i).item(row))));
      }
      csv.append("\r\n");
    }
    return csv.toString();
  }

  private static String field(String text) {
    return text.indexOf(',') < 0
            && text.indexOf('"') < 0
            && text.indexOf('\n') < 0
            && text.indexOf('\r') < 0
        ? text
        : "\"" + text.replace("\"", "\"\"") + "\"";
  }

  private static String cell(Value item) {
    if (item instanceof SymbolAtom symbol) {
      return symbol.text();
    }
    if (item instanceof ByteVector bytes && bytes.type() == QType.CHAR) {
      return bytes.text();
    }
    if (item instanceof FloatAtom number && number.type() == QType.FLOAT) {
      double value = number.value();
      return Double.isNaN(value)
          ? ""
          : value == Math.rint(value) && Math.abs(value) < 1e15
              ? String.valueOf((long) value)
              : String.valueOf(value);
    }
    return Display.text(item, DisplayOptions.WHOLE).strip();
  }
}
