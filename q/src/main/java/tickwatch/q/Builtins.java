package tickwatch.q;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
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
          new Limits(0, 1_000, Integer.MAX_VALUE - 8, Long.MAX_VALUE, Duration.ZERO),
          () -> {},
          System::nanoTime);

  private static final String B64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final String B36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** {@code .Q.res}: the words that are k's own; those that q adds are in {@code .q}. */
  private static final List<String> RESERVED =
      List.of(
          ("abs acos asin atan avg bin binr cor cos cov delete dev div do enlist exec exit exp from"
                  + " getenv hopen if in insert last like log max min prd select setenv sin sqrt ss"
                  + " sum tan update var wavg while within wsum xexp")
              .split(" "));

  /** The words of {@code .q} in the order in which q lists them; any other comes after these. */
  private static final List<String> ADDED =
      List.of(
          ("neg not null string reciprocal floor ceiling signum mod xbar xlog and or each scan over"
                  + " prior mmu lsq inv md5 ltime gtime count first svar sdev scov med all any rand"
                  + " sums prds mins maxs fills deltas ratios avgs differ prev next rank reverse"
                  + " iasc idesc asc desc msum mcount mavg mdev xrank mmin mmax xprev rotate ema"
                  + " distinct group where flip type key til value attr cut set upsert raze union"
                  + " inter except cross sv vs sublist parse eval reval view views tables cols xcols"
                  + " keys xkey xcol xasc xdesc fkeys meta lj ljf aj aj0 ajf ajf0 ij ijf pj asof uj"
                  + " ujf wj wj1 fby xgroup ungroup ej")
              .split(" "));

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
    one(".Q.gz", Internal::gzip);
    one(
        ".Q.btoa",
        (c, x) ->
            Vectors.string(
                new String(
                    Base64.getEncoder()
                        .encode(Vectors.text(x).getBytes(StandardCharsets.ISO_8859_1)),
                    StandardCharsets.ISO_8859_1)));
    many(".Q.trp", 3, 3, (c, args) -> traced(c, ".Q.trp", args[0], new Value[] {args[1]}, args[2]));
    many(
        ".Q.trpd",
        3,
        3,
        (c, args) ->
            traced(
                c,
                ".Q.trpd",
                args[0],
                Vectors.isAtom(args[1]) ? new Value[] {args[1]} : Vectors.items(args[1]),
                args[2]));
    one(".Q.sbt", (c, x) -> Vectors.string(Backtrace.text(x)));
    one(".Q.bt", (c, x) -> UnaryPrimitive.IDENTITY);
    one(".Q.sha1", (c, x) -> Internal.digest("SHA-1", x));
    one(".Q.V", (c, x) -> Lists.flip(Tables.unkeyed(x)));
    one(".Q.v", (c, x) -> x instanceof SymbolAtom name ? c.global(name.name()) : x);
    one(".Q.fk", (c, x) -> new SymbolAtom(Tables.foreignKey(c, x)));
    one(".Q.opt", (c, x) -> options(x));
    many(".Q.def", 2, 2, (c, args) -> defaults((Dictionary) args[0], (Dictionary) args[1]));
    many(".Q.fc", 2, 2, (c, args) -> Functions.apply(c, args[0], args[1]));
    many(
        ".Q.ft",
        2,
        2,
        (c, args) -> {
          if (!(args[1] instanceof Dictionary d) || !d.isKeyedTable()) {
            return Functions.apply(c, args[0], args[1]);
          }
          Value simple = Functions.apply(c, args[0], Tables.unkeyed(d));
          return Tables.enkey(c, LongAtom.of(((Table) d.keys()).names().size()), simple);
        });
    many(
        ".Q.ts",
        2,
        2,
        (c, args) -> {
          long from = System.nanoTime();
          Value out = Amend.dotApply(c, args[0], args[1]);
          return ListVector.of(
              Vectors.longVector((System.nanoTime() - from) / Temporals.MILLI, 0), out);
        });
    many(".Q.en", 2, 2, (c, args) -> enumerated(c, args[0], (Table) args[1], "sym"));
    many(
        ".Q.ens",
        3,
        3,
        (c, args) -> enumerated(c, args[0], (Table) args[1], Vectors.symbol(args[2])));
    one(".Q.ld", (c, x) -> grouped(x));
    one(".Q.j10", (c, x) -> LongAtom.of(fromLetters(Vectors.text(x), B64)));
    one(".Q.x10", (c, x) -> Vectors.string(toLetters(Vectors.longOf(x), B64, 10)));
    one(".Q.j12", (c, x) -> LongAtom.of(fromLetters(Vectors.text(x), B36)));
    one(".Q.x12", (c, x) -> Vectors.string(toLetters(Vectors.longOf(x), B36, 12)));
    one(".j.j", (c, x) -> Vectors.string(Json.text(x)));
    one(".j.k", (c, x) -> Json.value(c, Vectors.text(x)));
    one(".j.jd", Builtins::json);
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
    for (Verb verb : Markup.verbs()) {
      VERBS.put(verb.name(), verb);
    }
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
  static @Nullable Verb verb(String name) {
    return VERBS.get(name);
  }

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
        return Vectors.string(TYPE_LETTERS);
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
      case ".Q.nA" -> {
        return Vectors.string(B36);
      }
      case ".Q.K" -> {
        return new IntAtom(QType.DATE, Temporals.dayOf(2024, 1, 1));
      }
      case ".Q.k" -> {
        return FloatAtom.of(4.1);
      }
      case ".Q.x" -> {
        return Vectors.EMPTY_LIST;
      }
      case ".z.X" -> {
        return Vectors.EMPTY_LIST;
      }
      case ".z.b" -> {
        return dependencies(context);
      }
      case ".Q.M" -> {
        return LongAtom.of(Long.MAX_VALUE);
      }
      case ".Q.res" -> {
        return Vectors.symbols(RESERVED);
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
      case ".z.w", ".z.i", ".z.a" -> {
        return IntAtom.of(0);
      }
      case ".z.q" -> {
        return ByteAtom.FALSE;
      }
      case ".z.c" -> {
        return IntAtom.of(Runtime.getRuntime().availableProcessors());
      }
      case ".z.pg", ".z.ps" -> {
        return new UnaryPrimitive(19);
      }
      case ".z.e" -> {
        return new Dictionary(Vectors.symbols(List.of()), Vectors.EMPTY_LIST);
      }
      case ".z.H" -> {
        return Vectors.emptyOf(QType.INT);
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
        if (name.startsWith(".h.")) {
          return Markup.constant(name);
        }
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

  /** {@code .q} and {@code .Q}: what q's own namespaces hold. */
  static Dictionary namespace(String namespace) {
    List<String> names = new ArrayList<>(List.of(""));
    List<Value> values = new ArrayList<>(List.of(UnaryPrimitive.IDENTITY));
    if (namespace.equals(".q")) {
      Set<String> words = new LinkedHashSet<>(ADDED);
      words.addAll(Verbs.keywords());
      for (String name : words) {
        Verb verb = Verbs.keyword(name);
        if (verb != null && !RESERVED.contains(name)) {
          names.add(name);
          values.add(verb.value());
        }
      }
    } else {
      for (Verb verb : VERBS.values()) {
        if (verb.name().startsWith(namespace + ".")) {
          names.add(verb.name().substring(namespace.length() + 1));
          values.add(verb);
        }
      }
    }
    return new Dictionary(Vectors.symbols(names), ListVector.of(values.toArray(new Value[0])));
  }

  /** {@code .z.b}: for each variable the views that depend on it. */
  private static Value dependencies(Context context) {
    Map<String, List<String>> out = new TreeMap<>();
    for (String name : context.globals.names()) {
      if (context.globals.get(name) instanceof View view) {
        for (String on : view.dependencies()) {
          out.computeIfAbsent(on, key -> new ArrayList<>()).add(name);
        }
      }
    }
    Value[] names = out.values().stream().map(Vectors::symbols).toArray(Value[]::new);
    return new Dictionary(Vectors.symbols(List.copyOf(out.keySet())), ListVector.of(names));
  }

  /** Applies with a trap whose handler gets the error's word and its backtrace. */
  private static Value traced(Context context, String name, Value f, Value[] args, Value handler) {
    int depth = context.depth;
    Frame frame = context.frame;
    String namespace = context.namespace;
    context.tracing++;
    try {
      return Functions.apply(context, f, args);
    } catch (QError e) {
      context.depth = depth;
      context.frame = frame;
      context.namespace = namespace;
      context.checkTime();
      Value outer = frame == null ? Vectors.EMPTY_LIST : Backtrace.from(frame);
      Value all = e.backtrace() == null ? outer : e.backtrace();
      return Functions.apply(
          context, handler, Vectors.string(e.word()), Backtrace.around(all, outer.count(), name));
    } finally {
      context.tracing--;
    }
  }

  /** Command-line words as a dictionary: what follows a word with a dash belongs to it. */
  private static Value options(Value words) {
    List<String> names = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    List<Value> mine = new ArrayList<>();
    for (Value word : Vectors.items(words)) {
      String text = Vectors.text(word);
      if (text.startsWith("-") && text.length() > 1 && !Character.isDigit(text.charAt(1))) {
        if (!names.isEmpty()) {
          values.add(Vectors.collapse(mine.toArray(new Value[0])));
        }
        mine.clear();
        names.add(text.substring(1));
      } else if (!names.isEmpty()) {
        mine.add(word);
      }
    }
    if (!names.isEmpty()) {
      values.add(Vectors.collapse(mine.toArray(new Value[0])));
    }
    return new Dictionary(Vectors.symbols(names), ListVector.of(values.toArray(new Value[0])));
  }

  /** What was given on a command line, as the types of the defaults, over the defaults. */
  private static Value defaults(Dictionary defaults, Dictionary given) {
    Value[] values = Vectors.items(defaults.values());
    int[] found = Search.positions(given.keys(), defaults.keys());
    for (int i = 0; i < values.length; i++) {
      if (found[i] < given.count()) {
        Value texts = Vectors.itemAt(given.values(), found[i]);
        Value text =
            texts instanceof ListVector l && l.length() > 0 && values[i] instanceof Atom
                ? l.get(0)
                : texts;
        values[i] = Casts.parse(values[i].type(), text);
      }
    }
    return new Dictionary(defaults.keys(), Vectors.list(values));
  }

  /** A table whose symbol columns are enumerated over a variable. */
  private static Value enumerated(Context context, Value directory, Table table, String variable) {
    if (!directory.equals(UnaryPrimitive.IDENTITY)) {
      throw QError.nyi("enumerating over a file");
    }
    return Atomic.eachColumn(
        table,
        column ->
            column.type() == QType.SYMBOL && column instanceof Vector
                ? Enumerations.extend(context, variable, column)
                : column);
  }

  /**
   * {@code .Q.ld}: the lines of a script as the statements they make up, and the number of the line
   * each begins with, from 1. A line that starts with a blank goes on with the one before.
   */
  private static Value grouped(Value lines) {
    List<Value> numbers = new ArrayList<>();
    List<StringBuilder> statements = new ArrayList<>();
    boolean remark = false;
    int number = 0;
    for (Value line : Vectors.items(lines)) {
      String text = Vectors.text(line).stripTrailing();
      number++;
      if (remark || text.equals("/")) {
        remark = !text.equals("\\");
      } else if (text.equals("\\")) {
        break;
      } else if ((text.startsWith(" ") || text.startsWith("\t")) && !statements.isEmpty()) {
        statements.get(statements.size() - 1).append('\n').append(text);
      } else if (!text.isEmpty()) {
        numbers.add(LongAtom.of(number));
        statements.add(new StringBuilder(text));
      }
    }
    return ListVector.of(
        Vectors.list(numbers.toArray(new Value[0])),
        ListVector.of(
            statements.stream().map(s -> Vectors.string(s.toString())).toArray(Value[]::new)));
  }

  /** {@code .j.jd (x;options)}. */
  private static Value json(Context context, Value x) {
    if (!(x instanceof ListVector pair) || pair.length() != 2) {
      throw QError.type(".j.jd of " + Types.name(x) + " (expected: a value and a dictionary)");
    }
    boolean nulls =
        pair.get(1) instanceof Dictionary d
            && d.count() > 0
            && Indexing.at(context, d, new SymbolAtom("null0w")).equals(ByteAtom.TRUE);
    return Vectors.string(Json.text(pair.get(0), nulls));
  }

  private static long fromLetters(String text, String letters) {
    long out = 0;
    for (int i = 0; i < text.length(); i++) {
      out = out * letters.length() + letters.indexOf(text.charAt(i));
    }
    return out;
  }

  private static String toLetters(long number, String letters, int width) {
    StringBuilder out = new StringBuilder();
    long left = number;
    for (int i = 0; i < width; i++) {
      out.insert(0, letters.charAt((int) Math.floorMod(left, (long) letters.length())));
      left = Math.floorDiv(left, (long) letters.length());
    }
    return out.toString();
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
      return new Table(sanitized(t.names()), t.columns());
    }
    if (x instanceof Dictionary d && d.keys() instanceof SymbolVector names) {
      return new Dictionary(Vectors.symbols(sanitized(List.of(names.toArray()))), d.values());
    }
    throw QError.type(".Q.id of " + Types.name(x));
  }

  /** Names that come again are numbered. */
  private static List<String> sanitized(List<String> names) {
    List<String> out = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String name : names) {
      String base = ((SymbolAtom) sanitized(new SymbolAtom(name))).name();
      int before = seen.merge(base, 1, Integer::sum) - 1;
      out.add(before == 0 ? base : base + before);
    }
    return out;
  }

  private static Value memory() {
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory();
    return new Dictionary(
        Vectors.symbols(List.of("used", "heap", "peak", "wmax", "mmap", "mphy", "syms", "symw")),
        Vectors.longVector(
            heap - runtime.freeMemory(), heap, heap, runtime.maxMemory(), 0, 0, 0, 0));
  }

  static Value fixed(Value digits, Value x) {
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
    String text = new BigDecimal(number).setScale(count, RoundingMode.HALF_EVEN).toPlainString();
    return Vectors.string(number < 0 && !text.startsWith("-") ? "-" + text : text);
  }

  private static Value joinSymbols(Value x, Value y) {
    if (y instanceof SymbolVector v) {
      Value[] out = new Value[v.length()];
      for (int i = 0; i < out.length; i++) {
        out[i] = joinSymbols(x, v.item(i));
      }
      return Vectors.list(out);
    }
    String right = y instanceof SymbolAtom s ? s.name() : new Format(7, 100).bare(y);
    String left = Vectors.symbol(x);
    return new SymbolAtom(left + (left.startsWith(":") ? "/" : ".") + right);
  }

  /** A date some months on; what its month lacks in days spills into the next. */
  private static Value addMonths(Value x, Value y) {
    if (x instanceof Vector || y instanceof Vector) {
      int count = x instanceof Vector v ? v.length() : y.count();
      Value[] out = new Value[count];
      for (int i = 0; i < count; i++) {
        out[i] =
            addMonths(x instanceof Vector v ? v.item(i) : x, y instanceof Vector v ? v.item(i) : y);
      }
      return Vectors.list(out);
    }
    long day = Vectors.longOf(Casts.cast(x, QType.DATE));
    long month = Temporals.monthOfDay(day);
    long into = day - Temporals.dayOfMonth(month);
    return new IntAtom(QType.DATE, (int) (Temporals.dayOfMonth(month + Vectors.longOf(y)) + into));
  }

  // ---- value, eval, parse

  static Value evaluate(Context context, String text) {
    return evaluate(context, text, false);
  }

  static Value evaluate(Context context, String text, boolean quiet) {
    if (text.startsWith("\\") && text.indexOf('\n') < 0) {
      return SystemCommands.run(context, text.substring(1).strip());
    }
    return Evaluator.answer(context, text, quiet);
  }

  /** {@code value x}. */
  static Value value(Context context, Value x) {
    if (Enumerations.variableOf(x) != null) {
      return Enumerations.plain(x);
    }
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
    if (x instanceof Lambda l) {
      return lambdaParts(context, l);
    }
    if (x instanceof View view) {
      return view.parts(context);
    }
    if (x instanceof Projection p) {
      return ListVector.of(p.parts().toArray(new Value[0]));
    }
    if (x instanceof Composition c) {
      return ListVector.of(c.parts().toArray(new Value[0]));
    }
    if (x instanceof Derived d) {
      return d.function();
    }
    if (x instanceof UnaryPrimitive p) {
      return LongAtom.of(p.code());
    }
    if (x instanceof BinaryPrimitive p) {
      return LongAtom.of(p.code());
    }
    if (x instanceof Verb verb && verb.type() == QType.LAMBDA) {
      return builtInParts(verb);
    }
    return x;
  }

  /** As of a lambda, for clients that look for a function's parameters; its text is its name. */
  private static Value builtInParts(Verb verb) {
    return ListVector.of(
        Vectors.EMPTY_LIST,
        Vectors.symbols(List.of("x", "y", "z").subList(0, Math.min(3, verb.maxRank()))),
        Vectors.symbols(List.of()),
        Vectors.symbols(List.of("")),
        Vectors.string(verb.name()));
  }

  private static Value lambdaParts(Context context, Lambda l) {
    Expr.Code code = context.code(l);
    List<String> locals = code.locals().subList(code.params().size(), code.locals().size());
    List<String> globals = new ArrayList<>(View.names(code.body()));
    globals.add(0, l.namespace());
    // What is taken apart by a pattern has no name.
    List<String> params =
        code.params().stream().map(name -> name.startsWith(" ") ? "" : name).toList();
    return ListVector.of(
        Vectors.EMPTY_LIST,
        Vectors.symbols(params),
        Vectors.symbols(locals),
        Vectors.symbols(globals),
        Vectors.string(l.source()));
  }

  private static Value nested(Context context, Supplier<Value> body) {
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
          ? Functions.apply(context, function, UnaryPrimitive.IDENTITY)
          : function;
    }
    Value[] args = Arrays.copyOfRange(items, 1, items.length);
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
