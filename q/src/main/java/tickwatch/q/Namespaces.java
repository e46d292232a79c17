package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/** Variables by the namespace they are in. */
final class Namespaces {
  private Namespaces() {}

  private static String normal(String namespace) {
    return namespace.equals(".") ? "" : namespace;
  }

  static String full(String namespace, String name) {
    String in = normal(namespace);
    return in.isEmpty() ? name : in + "." + name;
  }

  /** The names in a namespace, without it, in order. */
  static List<String> members(Context context, String namespace) {
    String in = normal(namespace);
    Set<String> out = new TreeSet<>();
    for (String name : context.globals.names()) {
      if (in.isEmpty()) {
        if (!name.startsWith(".") && !name.startsWith("\\")) {
          out.add(name);
        }
      } else if (name.startsWith(in + ".")) {
        String rest = name.substring(in.length() + 1);
        int dot = rest.indexOf('.');
        out.add(dot < 0 ? rest : rest.substring(0, dot));
      }
    }
    return new ArrayList<>(out);
  }

  /** The names of the namespaces, without their dots. */
  static List<String> roots(Context context) {
    Set<String> out = new TreeSet<>(List.of("Q", "z"));
    for (String name : context.globals.names()) {
      int dot = name.indexOf('.', 1);
      if (name.startsWith(".") && dot > 1) {
        out.add(name.substring(1, dot));
      }
    }
    return new ArrayList<>(out);
  }

  /** A namespace as a dictionary of its members; null where it has none. */
  static @Nullable Dictionary dictionary(Context context, String namespace) {
    if (namespace.equals(".q") || namespace.equals(".Q")) {
      return Builtins.namespace(namespace);
    }
    List<String> names = members(context, namespace);
    if (names.isEmpty()) {
      return null;
    }
    boolean root = normal(namespace).isEmpty();
    List<String> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    if (!root) {
      // q's own first entry: the null symbol.
      keys.add("");
      values.add(UnaryPrimitive.IDENTITY);
    }
    for (String name : names) {
      Value value = context.globals.get(full(namespace, name));
      if (value == null) {
        value = dictionary(context, full(namespace, name));
      }
      if (value != null) {
        keys.add(name);
        values.add(value);
      }
    }
    return new Dictionary(Vectors.symbols(keys), ListVector.of(values.toArray(new Value[0])));
  }

  /** {@code delete a from `.}: removes variables. */
  static Value delete(Context context, Value from, List<String> names) {
    String namespace = Vectors.symbol(from);
    List<String> gone = names.isEmpty() ? members(context, namespace) : names;
    for (String name : gone) {
      context.globals.remove(full(namespace, name));
    }
    return new SymbolAtom(namespace);
  }
}
