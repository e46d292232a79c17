package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code `s#x} and the other attributes: set only where they are true. */
final class Attributes {
  private Attributes() {}

  static Vector set(String letter, Vector vector) {
    switch (letter) {
      case "" -> {
        return vector.withAttribute(Attribute.NONE);
      }
      case "s" -> {
        if (!Order.isAscending(vector)) {
          throw new QError("s-fail", "s# of items that are not ascending");
        }
        return vector.withAttribute(Attribute.SORTED);
      }
      case "u" -> {
        if (Groups.of(vector).count != vector.length()) {
          throw new QError("u-fail", "u# of items that are not unique");
        }
        return vector.withAttribute(Attribute.UNIQUE);
      }
      case "p" -> {
        Groups groups = Groups.of(vector);
        int runs = 0;
        Meter meter = Meter.here();
        for (int i = 0; i < groups.length(); i++) {
          meter.pass();
          if (i == 0 || groups.ids()[i] != groups.ids()[i - 1]) {
            runs++;
          }
        }
        if (runs != groups.count) {
          throw new QError("u-fail", "p# of items that are not parted");
        }
        return vector.withAttribute(Attribute.PARTED);
      }
      case "g" -> {
        return vector.withAttribute(Attribute.GROUPED);
      }
      default -> throw QError.type("the attribute " + letter + " (expected: s, u, p or g)");
    }
  }

  static Table set(String letter, Table table) {
    List<Vector> columns = new ArrayList<>(table.columns());
    if (!columns.isEmpty()) {
      Vector first = set(letter, columns.get(0));
      // Of several columns of a sorted table, the first is parted.
      boolean parted = letter.equals("s") && columns.size() > 1;
      columns.set(0, parted ? first.withAttribute(Attribute.PARTED) : first);
    }
    return new Table(
        table.names(), columns, letter.equals("s") ? Attribute.SORTED : Attribute.NONE);
  }

  /** Of a keyed table: its keys know that they are sorted, their columns do not. */
  static Table ofKeys(String letter, Table keys) {
    Table known = set(letter, keys);
    return letter.equals("s") ? new Table(keys.names(), keys.columns(), Attribute.SORTED) : known;
  }

  static Value of(Value value) {
    if (value instanceof Dictionary d) {
      return d.step() ? new SymbolAtom("s") : SymbolAtom.NULL;
    }
    Attribute attribute =
        value instanceof Vector v
            ? v.attribute()
            : value instanceof Table t ? t.attribute() : Attribute.NONE;
    return attribute == Attribute.NONE
        ? SymbolAtom.NULL
        : new SymbolAtom(String.valueOf(attribute.letter()));
  }
}
