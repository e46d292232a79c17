package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Takes a value apart as a pattern says: {@code (a;b):1 2}, {@code {[(a;b);c]a+b+c}} and {@code
 * :[v;p;r;d]}.
 *
 * <p>A pattern is nothing, a constant, a name, a name with indexes, a list of patterns, a
 * dictionary or a table of them, {@code x!y} or {@code flip x} of them, or one of these with a
 * colon and behind it the letter of a type or a function that the value goes through first. No
 * variable changes unless all of it matches.
 *
 * <p>Source: "Pattern matching", kdb+ and q documentation.
 */
final class Pattern {
  private static final Value ASSIGN = new BinaryPrimitive(0);
  private static final Value BANG = new BinaryPrimitive(16);
  private static final Value FLIP = new UnaryPrimitive(1);

  @SuppressWarnings("ArrayRecordComponent") // as the evaluator's
  private record Binding(Expr.Name name, Value @Nullable [] indexes, Value value) {}

  private final Frame frame;
  private final List<Binding> bindings = new ArrayList<>();
  private @Nullable QError failure;

  private Pattern(Frame frame) {
    this.frame = frame;
  }

  /** The value, as functions in the pattern changed it, once its variables are set. */
  static Value assign(Expr expr, Value value, Frame frame) {
    Pattern pattern = new Pattern(frame);
    Value out = pattern.match(expr, value);
    QError failure = pattern.failure;
    if (out == null) {
      throw failure == null ? new QError("match", "a value that does not match") : failure;
    }
    pattern.bind();
    return out;
  }

  /** Whether a value matches; its variables are set then. */
  static boolean matches(Expr expr, Value value, Frame frame) {
    Pattern pattern = new Pattern(frame);
    boolean matched = pattern.match(expr, value) != null;
    if (matched) {
      pattern.bind();
    }
    return matched;
  }

  /** Tells the names that a pattern gives values. */
  static void names(@Nullable Expr expr, Consumer<String> name) {
    if (expr instanceof Expr.Name n) {
      name.accept(n.name);
    } else if (expr instanceof Expr.Items e) {
      e.items().forEach(item -> names(item, name));
    } else if (expr instanceof Expr.Apply e && e.function() instanceof Expr.Constant) {
      int count = isAssign(e) ? 1 : e.args().length;
      Arrays.asList(e.args()).subList(0, count).forEach(arg -> names(arg, name));
    } else if (expr instanceof Expr.Assign e && e.indexes() == null) {
      name.accept(e.target().name);
    } else if (expr instanceof Expr.Match e) {
      names(e.pattern(), name);
    } else if (expr instanceof Expr.TableText e) {
      e.keys().forEach(column -> names(column.value(), name));
      e.values().forEach(column -> names(column.value(), name));
    }
  }

  private static boolean isAssign(Expr.Apply e) {
    return e.args().length == 2
        && e.function() instanceof Expr.Constant c
        && c.value().equals(ASSIGN);
  }

  private void bind() {
    for (Binding binding : bindings) {
      Evaluator.bind(frame, binding.name(), binding.indexes(), binding.value());
    }
  }

  private @Nullable Value fail(String word, String sentence) {
    failure = new QError(word, sentence);
    return null;
  }

  // ---- matching: each answers the value, or null where it does not match

  private @Nullable Value match(@Nullable Expr expr, Value value) {
    if (expr == null || expr instanceof Expr.Nothing) {
      return value;
    }
    if (expr instanceof Expr.Name name) {
      bindings.add(new Binding(name, null, value));
      return value;
    }
    if (expr instanceof Expr.Constant c) {
      return Match.same(c.value(), value)
          ? value
          : fail("match", Types.name(value) + " that is not the pattern's");
    }
    if (expr instanceof Expr.Items items) {
      return list(items.items(), value);
    }
    if (expr instanceof Expr.Return r) {
      return checked(null, r.value(), value);
    }
    if (expr instanceof Expr.Match m) {
      return checked(m.pattern(), m.value(), value);
    }
    if (expr instanceof Expr.Assign a && a.operator() == null && !a.global()) {
      @Nullable Expr[] indexes = a.indexes();
      return checked(
          indexes == null ? a.target() : new Expr.Apply(a.target(), indexes, false, a.position()),
          a.value(),
          value);
    }
    if (expr instanceof Expr.TableText t) {
      return table(t, value);
    }
    if (expr instanceof Expr.Apply a) {
      return applied(a, value);
    }
    throw new QError("assign", "an expression that is no pattern");
  }

  private @Nullable Value applied(Expr.Apply a, Value value) {
    @Nullable Expr[] args = a.args();
    if (a.function() instanceof Expr.Name name) {
      Value[] indexes = new Value[args.length];
      for (int i = args.length - 1; i >= 0; i--) {
        Expr index = args[i];
        indexes[i] = index == null ? UnaryPrimitive.IDENTITY : Evaluator.evaluate(index, frame);
      }
      bindings.add(new Binding(name, indexes, value));
      return value;
    }
    Value function = a.function() instanceof Expr.Constant c ? c.value() : UnaryPrimitive.IDENTITY;
    if (function.equals(Verbs.enlist())) {
      return list(Arrays.asList(args), value);
    }
    Expr second = args.length == 2 ? args[1] : null;
    if (isAssign(a) && second != null) {
      return checked(args[0], second, value);
    }
    if (function.equals(BANG) && args.length <= 2) {
      return value instanceof Dictionary d
          ? dictionary(args[0], second, d)
          : fail("type", Types.name(value) + " (expected: a dictionary)");
    }
    if (function.equals(FLIP) && args.length == 1) {
      if (!(value instanceof Table t)) {
        return fail("type", Types.name(value) + " (expected: a table)");
      }
      Value columns = Lists.flip(t);
      Value out = match(args[0], columns);
      return out == null || out == columns ? (out == null ? null : value) : Lists.flip(out);
    }
    throw new QError("assign", "an expression that is no pattern");
  }

  private @Nullable Value list(List<? extends @Nullable Expr> patterns, Value value) {
    if (Vectors.isAtom(value) || value instanceof Dictionary) {
      return fail("type", Types.name(value) + " (expected: a list)");
    }
    if (patterns.size() != value.count()) {
      return fail("length", value.count() + " items (expected: " + patterns.size() + ")");
    }
    Value[] items = Vectors.items(value);
    boolean changed = false;
    for (int i = 0; i < items.length; i++) {
      Value item = match(patterns.get(i), items[i]);
      if (item == null) {
        return null;
      }
      changed |= item != items[i];
      items[i] = item;
    }
    return changed ? Vectors.collapse(items) : value;
  }

  /** {@code p:`f} and {@code p:function}. */
  private @Nullable Value checked(@Nullable Expr pattern, Expr check, Value value) {
    Value wanted = Evaluator.evaluate(check, frame);
    if (Functions.isFunction(wanted)) {
      return match(pattern, Functions.apply(frame.context, wanted, value));
    }
    if (!(wanted instanceof SymbolAtom s) || s.name().length() != 1) {
      throw QError.type(
          Types.name(wanted) + " in a pattern (expected: a type's letter or a function)");
    }
    char letter = s.name().charAt(0);
    QType type = QType.ofLetter(Character.toLowerCase(letter));
    boolean right =
        type == value.type()
            && (Character.isUpperCase(letter) ? value instanceof Vector : value instanceof Atom);
    return right
        ? match(pattern, value)
        : fail("type", Types.name(value) + " (expected: `" + letter + ")");
  }

  private @Nullable Value dictionary(@Nullable Expr keys, @Nullable Expr values, Dictionary d) {
    if (!(keys instanceof Expr.Constant c)) {
      Value left = match(keys, d.keys());
      Value right = left == null ? null : match(values, d.values());
      return right == null ? null : d;
    }
    Value[] wanted = Vectors.items(Vectors.listOf(c.value()));
    Value[] found = new Value[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      Value item = valueOf(d, wanted[i]);
      if (item == null) {
        return null;
      }
      found[i] = item;
    }
    return match(values, Vectors.collapse(found)) == null ? null : d;
  }

  private @Nullable Value valueOf(Dictionary d, Value key) {
    int at = d.keys() instanceof Vector keys ? Search.position(keys, key) : d.count();
    return at < d.count()
        ? Vectors.itemAt(d.values(), at)
        : fail("match", "a dictionary that lacks a key of the pattern");
  }

  private @Nullable Value table(Expr.TableText t, Value value) {
    if (t.dictionary()) {
      if (!(value instanceof Dictionary d) || d.isKeyedTable()) {
        return fail("type", Types.name(value) + " (expected: a dictionary)");
      }
      for (Expr.Column column : t.keys()) {
        Value item = valueOf(d, new SymbolAtom(column.name()));
        if (item == null || match(column.value(), item) == null) {
          return null;
        }
      }
      return value;
    }
    if (t.keys().isEmpty()) {
      return value instanceof Table rows
          ? columns(t.values(), rows, value)
          : fail("type", Types.name(value) + " (expected: a table)");
    }
    if (!(value instanceof Dictionary d) || !d.isKeyedTable()) {
      return fail("type", Types.name(value) + " (expected: a keyed table)");
    }
    Value keys = columns(t.keys(), (Table) d.keys(), value);
    return keys == null ? null : columns(t.values(), (Table) d.values(), value);
  }

  private @Nullable Value columns(List<Expr.Column> patterns, Table table, Value all) {
    for (Expr.Column pattern : patterns) {
      Vector column = table.column(pattern.name());
      if (column == null) {
        return fail("match", "a table that lacks the column " + pattern.name());
      }
      if (match(pattern.value(), column) == null) {
        return null;
      }
    }
    return all;
  }
}
