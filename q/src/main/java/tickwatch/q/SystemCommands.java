package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Backslash commands. Those that reach outside the interpreter are the host's, or refused. */
final class SystemCommands {
  private SystemCommands() {}

  /**
   * @param command without the backslash: {@code a}, {@code c 25 80}
   */
  static Value run(Context context, String command) {
    int space = command.indexOf(' ');
    String name = space < 0 ? command : command.substring(0, space);
    String argument = space < 0 ? "" : withoutRemark(name, command.substring(space));
    switch (name) {
      case "a" -> {
        if (!argument.isEmpty() && Namespaces.members(context, argument).isEmpty()) {
          throw Context.unknown(argument);
        }
        Value tables =
            Tables.tables(
                context, new SymbolAtom(argument.isEmpty() ? namespace(context) : argument));
        return tables instanceof Vector v ? v.withAttribute(Attribute.NONE) : tables;
      }
      case "v", "f" -> {
        return names(context, argument, name.equals("f"));
      }
      case "b", "B" -> {
        return views(context, argument, name.equals("B"));
      }
      case "d" -> {
        if (argument.isEmpty()) {
          return new SymbolAtom(context.namespace.isEmpty() ? "." : context.namespace);
        }
        if (!argument.startsWith(".")) {
          throw QError.domain("the namespace " + argument + " (expected: one with a dot)");
        }
        context.namespace = argument.equals(".") ? "" : argument;
        return UnaryPrimitive.IDENTITY;
      }
      case "c", "C" -> {
        return console(context, argument);
      }
      case "P" -> {
        DisplayOptions now = context.display;
        if (argument.isEmpty()) {
          return IntAtom.of(now.precision());
        }
        // More digits than a float has are all that it has.
        int digits = Math.min(bounded(argument, 0, 99), 17);
        context.display = new DisplayOptions(now.rows(), now.columns(), digits);
        return UnaryPrimitive.IDENTITY;
      }
      case "S" -> {
        if (argument.isEmpty()) {
          return IntAtom.of((int) context.seed);
        }
        if (argument.equals("0N")) {
          // The state is not a number here: going on from a fresh seed is as good.
          int now = context.random.nextInt(1, Integer.MAX_VALUE);
          context.random = new SplittableRandom(now);
          return IntAtom.of(now);
        }
        context.seed(number(argument));
        return UnaryPrimitive.IDENTITY;
      }
      case "T" -> {
        return IntAtom.of((int) context.limits.timeout().toSeconds());
      }
      case "w" -> {
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory();
        return LongVector.of(
            QType.LONG, heap - runtime.freeMemory(), heap, heap, runtime.maxMemory(), 0, 0);
      }
      case "W", "e", "E", "g", "o", "s", "z" -> {
        if (!argument.isEmpty()) {
          throw new QError("access", "the command \\" + name + " does not change anything here");
        }
        return IntAtom.of(name.equals("W") ? 2 : 0);
      }
      case "t", "ts" -> {
        return timed(context, argument, name.equals("ts"));
      }
      default -> {
        if (name.startsWith("t:") || name.startsWith("ts:")) {
          return repeated(context, name, argument);
        }
        Value host = context.globals.get("\\" + name);
        if (host != null && argument.isEmpty()) {
          return host;
        }
        throw QError.nyi("the command \\" + name);
      }
    }
  }

  /** What follows a command; what is timed is q text, which has remarks of its own. */
  private static String withoutRemark(String name, String rest) {
    int remark = name.startsWith("t") ? -1 : rest.indexOf(" /");
    return (remark < 0 ? rest : rest.substring(0, remark)).strip();
  }

  /** The names of views; of those that have to be computed, where only the pending are wanted. */
  static Value views(Context context, String argument, boolean pending) {
    String namespace = argument.isEmpty() ? context.namespace : argument;
    List<String> out = new ArrayList<>();
    for (String name : Namespaces.members(context, namespace)) {
      if (context.globals.get(Namespaces.full(namespace, name)) instanceof View view
          && (!pending || view.isPending(context))) {
        out.add(name);
      }
    }
    return pending || out.isEmpty()
        ? Vectors.symbols(out)
        : Vectors.symbols(out).withAttribute(Attribute.SORTED);
  }

  private static String namespace(Context context) {
    return context.namespace;
  }

  private static Value names(Context context, String argument, boolean functions) {
    String namespace = argument.isEmpty() ? context.namespace : argument;
    List<String> out = new ArrayList<>();
    if (functions && !namespace.isEmpty()) {
      Builtins.verbs().stream()
          .map(verb -> verb.name())
          .filter(name -> name.startsWith(namespace + "."))
          .map(name -> name.substring(namespace.length() + 1))
          .sorted()
          .forEach(out::add);
    }
    for (String name : Namespaces.members(context, namespace)) {
      Value value = context.globals.get(Namespaces.full(namespace, name));
      if (value instanceof View
          ? !functions
          : value != null && Functions.isFunction(value) == functions) {
        out.add(name);
      }
    }
    return Vectors.symbols(out);
  }

  private static Value console(Context context, String argument) {
    DisplayOptions now = context.display;
    if (argument.isEmpty()) {
      return Vectors.ofLongs(QType.INT, now.rows(), now.columns());
    }
    String[] parts = argument.split(" +", -1);
    if (parts.length != 2) {
      throw QError.length(parts.length, 2);
    }
    context.display =
        new DisplayOptions(clamped(number(parts[0])), clamped(number(parts[1])), now.precision());
    return UnaryPrimitive.IDENTITY;
  }

  private static int clamped(long value) {
    return (int) Math.max(10, Math.min(2000, value));
  }

  private static int bounded(String text, int low, int high) {
    long value = number(text);
    if (value < low || value > high) {
      throw QError.domain(text + " (expected: " + low + " to " + high + ")");
    }
    return (int) value;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw QError.type("\"" + text + "\" (expected: a whole number)");
    }
  }

  private static Value timed(Context context, String text, boolean space) {
    if (text.isEmpty()) {
      Value timer = context.globals.get("\\t");
      return timer instanceof Atom ? timer : IntAtom.of(0);
    }
    long from = System.nanoTime();
    Builtins.evaluate(context, text);
    long millis = (System.nanoTime() - from) / Temporals.MILLI;
    return space ? Vectors.longVector(millis, 0) : LongAtom.of(millis);
  }

  private static Value repeated(Context context, String name, String text) {
    long times = number(name.substring(name.indexOf(':') + 1));
    long from = System.nanoTime();
    for (long i = 0; i < times; i++) {
      context.step();
      Builtins.evaluate(context, text);
    }
    long millis = (System.nanoTime() - from) / Temporals.MILLI;
    return name.startsWith("ts") ? Vectors.longVector(millis, 0) : LongAtom.of(millis);
  }
}
