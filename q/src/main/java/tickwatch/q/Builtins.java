package tickwatch.q;

import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code .z}, {@code .Q} and {@code value}. */
final class Builtins {
  /** A context without variables, for what needs none. */
  static final Context NOWHERE =
      new Context(
          new Globals() {
            @Override
            public @Nullable Value get(String name) {
              return null;
            }

            @Override
            public void set(String name, Value value) {
              throw new QError("noupdate", "a variable set where there are none");
            }

            @Override
            public Collection<String> names() {
              return List.of();
            }
          },
          Clock.systemUTC(),
          new Limits(0, 1_000, Integer.MAX_VALUE - 8, Long.MAX_VALUE, java.time.Duration.ZERO));

  private static final String TYPE_LETTERS = " bg xhijefcspmdznuvts";

  private static final Map<String, Verb> VERBS = new LinkedHashMap<>();

  static {
    one(".Q.s", (c, x) -> Vectors.string(Display.text(x, c.display)));
    one(".Q.s1", (c, x) -> Vectors.string(Format.line(x, c.display.precision())));
    one(".Q.qt", (c, x) -> ByteAtom.of(Tables.isTable(x)));
    one(".Q.qp", (c, x) -> ByteAtom.FALSE);
    one(".Q.ty", (c, x) -> Vectors.atomOfLong(QType.CHAR, typeLetter(x)));
    one(".Q.id", (c, x) -> sanitized(x));
    one(".Q.w", (c, x) -> memory());
    one(".Q.gc", (c, x) -> LongAtom.of(0));
    one(
        ".Q.btoa",
        (c, x) ->
            Vectors.string(
                new String(
                    java.util.Base64.getEncoder()
                        .encode(
                            Vectors.text(x).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)),
                    java.nio.charset.StandardCharsets.ISO_8859_1)));
    many(
        ".Q.trp",
        3,
        3,
        (c, args) -> {
          try {
            return Functions.apply(c, args[0], args[1]);
          } catch (QError e) {
            c.checkTime();
            return Functions.apply(c, args[2], Vectors.string(e.word()), Vectors.EMPTY_LIST);
          }
        });
    one(".Q.sbt", (c, x) -> Vectors.string(""));
    many(
        ".Q.fu",
        2,
        2,
        (c, args) -> {
          Value keys = Search.distinct(args[1]);
          Value values = Functions.apply(c, args[0], keys);
          return Indexing.at(c, values, Search.find(c, keys, args[1]));
        });
    many(".Q.f", 2, 2, (c, args) -> fixed(args[0], args[1]));
    many(
        ".Q.fmt",
        3,
        3,
        (c, args) -> Strings.pad(c, -Vectors.intOf(args[0], "width"), fixed(args[1], args[2])));
    many(".Q.dd", 2, 2, (c, args) -> joinSymbols(args[0], args[1]));
    many(".Q.addmonths", 2, 2, (c, args) -> addMonths(args[0], args[1]));
    many(
        ".Q.ff",
        2,
        2,
        (c, args) -> {
          Table t = Tables.unkeyed(args[0]);
          return Joins.union(
              t, Lists.withoutColumns(((Table) args[1]).slice(0, 0), t.names()), false);
        });
  }

  private interface One {
    Value apply(Context context, Value x);
  }

  private Builtins() {}

  private static void one(String name, One body) {
    VERBS.put(name, new Verb(name, 1, 1, (c, args) -> body.apply(c, args[0])));
  }

  private static void many(String name, int min, int max, Verb.Body body) {
    VERBS.put(name, new Verb(name, min, max, body));
  }

  static Collection<Verb> verbs() {
    return VERBS.values();
  }

  /** A variable of q's own; null where there is none of that name. */
  static @Nullable Value get(Context context, String name) {
    Verb verb = VERBS.get(name);
    if (verb != null) {
      return verb;
    }
    if (name.startsWith(".q.")) {
      Verb keyword = Verbs.keyword(name.substring(3));
      return keyword == null ? null : keyword.value();
    }
    switch (name) {
      case ".Q.t" -> {
        return Vectors.string(TYPE_LETTERS.substring(0, 20));
      }
      case ".Q.a" -> {
        return Vectors.string("abcdefghijklmnopqrstuvwxyz");
      }
      case ".Q.A" -> {
        return Vectors.string("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
      }
      case ".Q.n" -> {
        return Vectors.string("0123456789");
      }
      case ".Q.b6" -> {
        return Vectors.string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
      }
      case ".Q.an" -> {
        return Vectors.string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
      }
      case ".Q.M" -> {
        return LongAtom.of(Long.MAX_VALUE);
      }
      case ".Q.res" -> {
        return Vectors.symbols(List.copyOf(Verbs.keywords()));
      }
      case ".z.K" -> {
        return FloatAtom.of(4.1);
      }
      case ".z.k" -> {
        return new IntAtom(QType.DATE, Temporals.dayOf(2024, 1, 1));
      }
      case ".z.o" -> {
        return new SymbolAtom("l64");
      }
      case ".z.u" -> {
        return SymbolAtom.NULL;
      }
      case ".z.h" -> {
        return new SymbolAtom("localhost");
      }
      case ".z.w", ".z.i", ".z.a", ".z.q" -> {
        return IntAtom.of(0);
      }
      case ".z.W" -> {
        return new Dictionary(Vectors.emptyOf(QType.INT), Vectors.EMPTY_LIST);
      }
      case ".z.x" -> {
        return Vectors.EMPTY_LIST;
      }
      case ".z.l" -> {
        return ListVector.of();
      }
      default -> {
        return name.length() == 4 && name.startsWith(".z.") ? now(context, name.charAt(3)) : null;
      }
    }
  }

  /** The clock's variables: small letters in UTC, capitals in the clock's zone. */
  private static @Nullable Value now(Context context, char letter) {
    ZoneId zone = Character.isUpperCase(letter) ? context.clock.getZone() : ZoneOffset.UTC;
    ZonedDateTime time = context.clock.instant().atZone(zone);
    long timestamp = Epoch.timestampOf(time.toLocalDateTime().toInstant(ZoneOffset.UTC));
    return switch (Character.toLowerCase(letter)) {
      case 'p' -> new LongAtom(QType.TIMESTAMP, timestamp);
      case 'n' -> new LongAtom(QType.TIMESPAN, Math.floorMod(timestamp, Temporals.DAY));
      case 'd' -> new IntAtom(QType.DATE, (int) Math.floorDiv(timestamp, Temporals.DAY));
      case 't' ->
          new IntAtom(
              QType.TIME, (int) (Math.floorMod(timestamp, Temporals.DAY) / Temporals.MILLI));
      case 'z' -> new FloatAtom(QType.DATETIME, (double) timestamp / Temporals.DAY);
      default -> null;
    };
  }

  static char typeLetter(Value x) {
    if (x instanceof Table || x instanceof Dictionary || x instanceof ListVector) {
      return x instanceof ListVector l ? Tables.metaLetter(l) : ' ';
    }
    return x.type().letter();
  }

  private static Value sanitized(Value x) {
    if (x instanceof SymbolAtom s) {
      String name = s.name().replaceAll("[^A-Za-z0-9_]", "");
      if (name.isEmpty() || Character.isDigit(name.charAt(0)) || name.charAt(0) == '_') {
        name = "a" + name;
      }
      return new SymbolAtom(Verbs.keyword(name) != null ? name + "1" : name);
    }
    if (x instanceof Table t) {
      return new Table(
          t.names().stream().map(n -> ((SymbolAtom) sanitized(new SymbolAtom(n))).name()).toList(),
          t.columns());
    }
    throw QError.type(".Q.id of " + Types.name(x));
  }

  private static Value memory() {
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory();
    return new Dictionary(
        Vectors.symbols(List.of("used", "heap", "peak", "wmax", "mmap", "mphy", "syms", "symw")),
        Vectors.longVector(
            heap - runtime.freeMemory(), heap, heap, runtime.maxMemory(), 0, 0, 0, 0));
  }

  private static Value fixed(Value digits, Value x) {
    if (x instanceof Vector v) {
      Value[] out = new Value[v.length()];
      for (int i = 0; i < out.length; i++) {
        out[i] = fixed(digits, v.item(i));
      }
      return ListVector.of(out);
    }
    int count = Math.max(0, Math.min(20, Vectors.intOf(digits, "digits")));
    double number = Vectors.doubleOf(x);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Vectors.string(Format.number(number, 7));
    }
    return Vectors.string(
        new java.math.BigDecimal(number)
            .setScale(count, java.math.RoundingMode.HALF_EVEN)
            .toPlainString());
  }

  private static Value joinSymbols(Value x, Value y) {
    if (y instanceof tickwatch.ipc.value.SymbolVector v) {
      Value[] out = new Value[v.length()];
      for (int i = 0; i < out.length; i++) {
        out[i] = joinSymbols(x, v.item(i));
      }
      return Vectors.list(out);
    }
    String right = y instanceof SymbolAtom s ? s.name() : new Format(7, 100).bare(y);
    return new SymbolAtom(Vectors.symbol(x) + "." + right);
  }

  private static Value addMonths(Value x, Value y) {
    return Atomic.binary(
        x,
        y,
        (a, b) -> {
          if (a instanceof Vector v) {
            Value[] out = new Value[v.length()];
            for (int i = 0; i < out.length; i++) {
              out[i] = addMonths(v.item(i), b instanceof Vector w ? w.item(i) : b);
            }
            return Vectors.list(out);
          }
          long day = Vectors.longOf(Casts.cast(a, QType.DATE));
          long month = Temporals.monthOfDay(day);
          long into = day - Temporals.dayOfMonth(month);
          long target = month + Vectors.longOf(b);
          long fresh = Temporals.dayOfMonth(target) + into;
          return new IntAtom(
              QType.DATE, (int) Math.min(fresh, Temporals.dayOfMonth(target + 1) - 1));
        });
  }

  // ---- value, eval, parse

  static Value evaluate(Context context, String text) {
    if (text.startsWith("k)") || text.startsWith("p)") || text.startsWith("s)")) {
      throw QError.nyi(text.substring(0, 2));
    }
    String q = text.startsWith("q)") ? text.substring(2) : text;
    Expr.Sequence parsed = Parser.parse(q, context.namespace);
    Frame frame = Frame.top(context);
    frame.text = q;
    return Evaluator.statements(parsed, frame);
  }

  /** {@code value x}. */
  static Value value(Context context, Value x) {
    if (Vectors.isText(x)) {
      return nested(context, () -> evaluate(context, Vectors.text(x)));
    }
    if (x instanceof SymbolAtom name) {
      return context.global(name.name());
    }
    if (x instanceof Dictionary d) {
      return d.values();
    }
    if (x instanceof Vector v) {
      return v.length() == 0 ? v : applyList(context, Vectors.items(v));
    }
    if (x instanceof tickwatch.ipc.value.Lambda l) {
      return lambdaParts(context, l);
    }
    if (x instanceof tickwatch.ipc.value.Projection p) {
      return ListVector.of(p.parts().toArray(new Value[0]));
    }
    if (x instanceof tickwatch.ipc.value.Composition c) {
      return ListVector.of(c.parts().toArray(new Value[0]));
    }
    if (x instanceof tickwatch.ipc.value.Derived d) {
      return d.function();
    }
    if (x instanceof tickwatch.ipc.value.UnaryPrimitive p) {
      return LongAtom.of(p.code());
    }
    if (x instanceof tickwatch.ipc.value.BinaryPrimitive p) {
      return LongAtom.of(p.code());
    }
    return x;
  }

  private static Value lambdaParts(Context context, tickwatch.ipc.value.Lambda l) {
    Expr.Code code = context.code(l);
    List<String> locals = code.locals().subList(code.params().size(), code.locals().size());
    return ListVector.of(
        Vectors.EMPTY_LIST,
        Vectors.symbols(code.params()),
        Vectors.symbols(locals),
        Vectors.symbols(List.of(l.namespace())),
        Vectors.string(l.source()));
  }

  private static Value nested(Context context, java.util.function.Supplier<Value> body) {
    if (++context.depth > context.limits.maxDepth()) {
      throw new QError("stack", "value nested deeper than " + context.limits.maxDepth());
    }
    try {
      return body.get();
    } finally {
      context.depth--;
    }
  }

  /** The first item applied to the others, which are taken as they are. */
  static Value applyList(Context context, Value[] items) {
    Value function = items[0];
    if (Vectors.isText(function)) {
      String text = Vectors.text(function);
      Verb operator = text.length() <= 2 ? Verbs.glyph(text) : null;
      function = operator != null ? operator.value() : value(context, function);
    } else if (function instanceof SymbolAtom name) {
      Verb keyword = Verbs.keyword(name.name());
      Value known = context.lookUp(context.namespace, name.name());
      function =
          known != null ? known : keyword != null ? keyword.value() : context.global(name.name());
    }
    if (items.length == 1) {
      return Functions.isFunction(function)
          ? Functions.apply(context, function, tickwatch.ipc.value.UnaryPrimitive.IDENTITY)
          : function;
    }
    Value[] args = java.util.Arrays.copyOfRange(items, 1, items.length);
    return Functions.apply(context, function, args);
  }

  static Value eval(Context context, Value tree) {
    Frame frame = Frame.top(context);
    return Evaluator.statements(
        new Expr.Sequence(List.of(ParseTrees.toExpr(context, tree))), frame);
  }

  static Value parse(Context context, Value text) {
    return ParseTrees.of(Parser.parse(Vectors.text(text), context.namespace));
  }
}
