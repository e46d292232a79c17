package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Attribute;
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
        for (int i = 0; i < groups.length(); i++) {
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
      // A sorted table has its first column parted.
      columns.set(0, letter.equals("s") ? first.withAttribute(Attribute.PARTED) : first);
    }
    return new Table(table.names(), columns);
  }

  static Value of(Value value) {
    if (value instanceof Vector v && v.attribute() != Attribute.NONE) {
      return new SymbolAtom(String.valueOf(v.attribute().letter()));
    }
    return SymbolAtom.NULL;
  }
}
