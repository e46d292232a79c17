package tickwatch.q;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * All operators and keywords: one row each, with its name and what it does. What evaluates, parses,
 * prints and lists verbs looks here.
 */
final class Verbs {
  /** Operators by their code on the wire. */
  private static final String[] GLYPHS = {
    ":", "+", "-", "*", "%", "&", "|", "^", "=", "<", ">", "$", ",", "#", "_", "~", "!", "?", "@",
    ".", "0:", "1:", "2:"
  };

  /** What is printed for the unary primitives, by their codes. */
  private static final String[] UNARY_TEXTS = {
    "::", "+:", "-:", "*:", "%:", "&:", "|:", "^:", "=:", "<:", ">:", "$:", ",:", "#:", "_:", "~:",
    "!:", "?:", "@:", ".:", "0::", "1::", "2::"
  };

  /** The word {@code csv}: the delimiter of {@code 0:}. */
  static final Value CSV = new ByteAtom(QType.CHAR, (byte) ',');

  private static final Map<String, Verb> OPERATORS = new LinkedHashMap<>();
  private static final Map<String, Verb> KEYWORDS = new LinkedHashMap<>();
  private static final Verb[] UNARY = new Verb[256];
  private static final Verb[] BINARY = new Verb[256];
  private static final Map<Value, Verb> BY_VALUE = new HashMap<>();
  private static final IdentityHashMap<Value, Verb> BY_IDENTITY = new IdentityHashMap<>();

  private interface One {
    Value apply(Context context, Value x);
  }

  private interface Two {
    Value apply(Context context, Value x, Value y);
  }

  static {
    Operators.define();
    KeywordTable.define();
    for (Verb verb : KEYWORDS.values()) {
      BY_VALUE.putIfAbsent(verb.value(), verb);
      BY_IDENTITY.put(verb.value(), verb);
    }
  }

  private Verbs() {}

  // ---- looking up

  static @Nullable Verb keyword(String name) {
    return KEYWORDS.get(name);
  }

  /** A keyword that is a primitive and has no glyph: k knows it by name. */
  static @Nullable Verb primitive(String name) {
    Verb verb = KEYWORDS.get(name);
    Value value = verb == null ? null : verb.value();
    int code =
        value instanceof UnaryPrimitive u
            ? u.code()
            : value instanceof BinaryPrimitive b ? b.code() : -1;
    return code >= UNARY_TEXTS.length ? verb : null;
  }

  static Collection<String> keywords() {
    return KEYWORDS.keySet();
  }

  static Collection<Verb> rows() {
    List<Verb> out = new ArrayList<>(OPERATORS.values());
    out.addAll(KEYWORDS.values());
    return out;
  }

  static @Nullable Verb glyph(String text) {
    return OPERATORS.get(text);
  }

  static Value operator(String glyph) {
    Verb verb = OPERATORS.get(glyph);
    if (verb == null) {
      throw new QError(glyph, "the operator " + glyph);
    }
    return verb.value();
  }

  /** The unary primitive that an operator's glyph with a colon is. */
  static Value unaryForm(String glyph) {
    for (int code = 1; code < UNARY_TEXTS.length; code++) {
      if (UNARY_TEXTS[code].equals(glyph + ":")) {
        return new UnaryPrimitive(code);
      }
    }
    throw new QError(glyph, "the operator " + glyph + " has no unary form");
  }

  static boolean isGlyph(int code) {
    return code < GLYPHS.length;
  }

  static Verb unary(int code) {
    Verb verb = UNARY[code];
    if (verb == null) {
      throw QError.nyi("the unary primitive " + code);
    }
    return verb;
  }

  static Verb binary(int code) {
    Verb verb = BINARY[code];
    if (verb == null) {
      throw QError.nyi("the binary primitive " + code);
    }
    return verb;
  }

  static String unaryText(int code) {
    if (code < UNARY_TEXTS.length) {
      return UNARY_TEXTS[code];
    }
    return UNARY[code] == null ? "" : UNARY[code].name();
  }

  static String binaryText(int code) {
    if (code < GLYPHS.length) {
      return GLYPHS[code];
    }
    return BINARY[code] == null ? "" : BINARY[code].name();
  }

  static Value enlist() {
    return new UnaryPrimitive(41);
  }

  /** The row of a value that stands for a verb; null where it stands for none. */
  static @Nullable Verb of(Value value) {
    if (value instanceof Verb v) {
      return v;
    }
    if (value instanceof UnaryPrimitive p) {
      return UNARY[p.code()];
    }
    if (value instanceof BinaryPrimitive p) {
      return BINARY[p.code()];
    }
    if (value instanceof Derived d && d.function() instanceof BinaryPrimitive) {
      return BY_VALUE.get(value);
    }
    // Only what the table itself hands out: comparing could mean comparing what is bound in it.
    return value instanceof Projection || value instanceof Composition
        ? BY_IDENTITY.get(value)
        : null;
  }

  /** Which comparison a verb is; null for none. */
  static Compare.@Nullable Op comparison(Value value) {
    if (value instanceof BinaryPrimitive p) {
      return switch (p.code()) {
        case 8 -> Compare.Op.EQUAL;
        case 9 -> Compare.Op.LESS;
        case 10 -> Compare.Op.GREATER;
        default -> null;
      };
    }
    if (value instanceof Verb v) {
      return switch (v.name()) {
        case "<=" -> Compare.Op.LESS_OR_EQUAL;
        case ">=" -> Compare.Op.GREATER_OR_EQUAL;
        case "<>" -> Compare.Op.NOT_EQUAL;
        default -> null;
      };
    }
    return null;
  }

  /** The aggregate that a fold with an operator is; null for none. */
  static @Nullable Aggregate foldOf(int code) {
    return switch (code) {
      case 1 -> Aggregate.SUM;
      case 3 -> Aggregate.PRD;
      case 5 -> Aggregate.MIN;
      case 6 -> Aggregate.MAX;
      default -> null;
    };
  }

  // ---- building the table

  private static Verb operator(String glyph, int code, int min, int max, Verb.Body body) {
    Verb verb = new Verb(glyph, min, max, body).asInfix();
    if (code >= 0) {
      verb.as(new BinaryPrimitive(code));
      BINARY[code] = verb;
    }
    OPERATORS.put(glyph, verb);
    return verb;
  }

  private static Verb atomic(String glyph, int code, Two body) {
    return operator(glyph, code, 2, 2, (c, args) -> body.apply(c, args[0], args[1])).asAtomic();
  }

  private static Verb one(String name, One body) {
    Verb verb = new Verb(name, 1, 1, (c, args) -> body.apply(c, args[0]));
    KEYWORDS.put(name, verb);
    return verb;
  }

  private static Verb one(String name, int code, One body) {
    Verb verb = one(name, body).as(new UnaryPrimitive(code));
    UNARY[code] = verb;
    return verb;
  }

  private static Verb two(String name, Two body) {
    Verb verb = new Verb(name, 2, 2, (c, args) -> body.apply(c, args[0], args[1])).asInfix();
    KEYWORDS.put(name, verb);
    return verb;
  }

  private static Verb two(String name, int code, Two body) {
    Verb verb = two(name, body).as(new BinaryPrimitive(code));
    BINARY[code] = verb;
    return verb;
  }

  private static Verb many(String name, int min, int max, Verb.Body body) {
    Verb verb = new Verb(name, min, max, body);
    KEYWORDS.put(name, verb);
    return verb;
  }

  /** A keyword that is an operator under an iterator, so that it travels as that. */
  private static Verb derived(String name, int iterator, int code, One body) {
    Value value = new Derived(iterator, new BinaryPrimitive(code));
    Verb verb = one(name, body).as(value);
    return verb;
  }

  private static Verb aggregate(String name, int code, Aggregate aggregate) {
    return one(name, code, aggregate::of).as(aggregate);
  }

  private static void refused(String name, int rank, boolean infix) {
    Verb verb =
        many(
            name,
            1,
            Math.max(1, rank),
            (c, args) -> {
              throw QError.nyi(name);
            });
    verb.asLeftOut();
    if (infix) {
      verb.asInfix();
    }
  }

  /** The glyphs. */
  private static final class Operators {
    static void define() {
      operator(":", 0, 2, 2, (c, args) -> args[1]);
      atomic("+", 1, (c, x, y) -> Arithmetic.apply(Arithmetic.Op.ADD, x, y));
      atomic("-", 2, (c, x, y) -> Arithmetic.apply(Arithmetic.Op.SUBTRACT, x, y));
      atomic("*", 3, (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MULTIPLY, x, y));
      atomic("%", 4, (c, x, y) -> Arithmetic.divide(x, y));
      atomic("&", 5, (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MIN, x, y));
      atomic("|", 6, (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MAX, x, y));
      atomic("^", 7, (c, x, y) -> fill(x, y));
      atomic("=", 8, (c, x, y) -> Compare.apply(Compare.Op.EQUAL, x, y));
      atomic("<", 9, (c, x, y) -> Compare.apply(Compare.Op.LESS, x, y));
      atomic(">", 10, (c, x, y) -> Compare.apply(Compare.Op.GREATER, x, y));
      atomic("<=", -1, (c, x, y) -> Compare.apply(Compare.Op.LESS_OR_EQUAL, x, y));
      atomic(">=", -1, (c, x, y) -> Compare.apply(Compare.Op.GREATER_OR_EQUAL, x, y));
      atomic("<>", -1, (c, x, y) -> Compare.apply(Compare.Op.NOT_EQUAL, x, y));
      operator("$", 11, 2, 2, (c, args) -> Casts.dollar(c, args[0], args[1]));
      operator(",", 12, 2, 2, (c, args) -> Lists.join(args[0], args[1]));
      operator("#", 13, 2, 2, (c, args) -> Lists.take(c, args[0], args[1]));
      operator("_", 14, 2, 2, (c, args) -> Lists.drop(c, args[0], args[1]));
      operator("~", 15, 2, 2, (c, args) -> ByteAtom.of(Match.same(args[0], args[1])));
      operator("!", 16, 2, 4, Operators::bang);
      operator("?", 17, 2, 6, Operators::query);
      operator("@", 18, 2, 4, Amend::atVerb);
      operator(".", 19, 2, 4, Amend::dotVerb);
      operator("0:", 20, 2, 2, (c, args) -> Delimited.apply(c, args[0], args[1]));
      for (int code = 21; code <= 22; code++) {
        String glyph = GLYPHS[code];
        operator(
                glyph,
                code,
                2,
                2,
                (c, args) -> {
                  throw QError.nyi("files: " + glyph);
                })
            .asLeftOut();
      }
    }

    private static Value fill(Value x, Value y) {
      if (x instanceof Dictionary a && y instanceof Dictionary b) {
        return Upsert.coalesce(a, b);
      }
      return Arithmetic.apply(Arithmetic.Op.FILL, x, y);
    }

    private static Value bang(Context context, Value[] args) {
      if (args.length == 4) {
        return Query.functionalUpdate(context, args);
      }
      if (args.length == 3) {
        throw QError.rank("3 arguments for ! (expected: 2 or 4)");
      }
      Value x = args[0];
      Value y = args[1];
      if (x instanceof LongAtom || x instanceof IntAtom) {
        long number = Vectors.longOf(x);
        if (number == Null.LONG) {
          // 0N!y prints y, where there is a console, and gives it back.
          return y;
        }
        if (number >= 0) {
          if (Tables.isTable(y) || y instanceof SymbolAtom) {
            return Tables.enkey(context, x, y);
          }
        } else {
          return Internal.apply(context, (int) number, y);
        }
        if (y instanceof Dictionary) {
          throw QError.type("keys for " + Types.name(y));
        }
      }
      if (x instanceof SymbolAtom name
          && Vectors.isIntegral(y.type())
          && (Enumerations.isDomain(context.lookUp(context.namespace, name.name()))
              || context.lookUp(context.namespace, name.name()) instanceof Table)) {
        return Enumerations.ofIndexes(context, name.name(), y);
      }
      if (Vectors.isAtom(x) && Vectors.isAtom(y)) {
        throw QError.type("a dictionary from " + Types.name(x) + " (expected: a list)");
      }
      Value keys = x instanceof Table ? x : x instanceof Vector ? x : null;
      if (keys == null) {
        if (x instanceof Dictionary || y instanceof Dictionary) {
          throw QError.type("a dictionary from " + Types.name(x));
        }
        keys = Vectors.repeat(x, y.count());
      }
      Value values =
          y instanceof Vector || y instanceof Table
              ? y
              : Vectors.isAtom(y) ? Vectors.repeat(y, keys.count()) : Vectors.listOf(y);
      if (keys.count() != values.count()) {
        throw QError.length(keys.count(), values.count());
      }
      return new Dictionary(keys, values);
    }

    private static Value query(Context context, Value[] args) {
      Value x = args[0];
      if (args.length == 2) {
        if (x instanceof Atom && Vectors.isIntegral(x.type())) {
          return Numeric.roll(context, x, args[1]);
        }
        if (x instanceof SymbolAtom name) {
          return Enumerations.extend(context, name.name(), args[1]);
        }
        if (Vectors.isAtom(x)) {
          throw QError.type("find in " + Types.name(x) + " (expected: a list)");
        }
        return Search.find(context, x, args[1]);
      }
      if (args.length == 3 && (Tables.isTable(x) || x instanceof SymbolAtom)) {
        return simpleExec(context, args);
      }
      if (args.length == 3) {
        return Conditional.vector(x, args[1], args[2]);
      }
      return Query.functional(context, args);
    }

    /** {@code ?[t;i;p]}: an expression on the rows at some positions. */
    private static Value simpleExec(Context context, Value[] args) {
      Table table = Tables.unkeyed(Tables.resolved(context, args[0]));
      Rows rows = Rows.all(context, table);
      if (args[1] instanceof Vector v && v.length() >= 0 && Vectors.isIntegral(v.type())) {
        rows = rows.pick(Vectors.indexes(v));
      }
      return Evaluator.evaluate(ParseTrees.toExpr(context, args[2]), Frame.top(context).over(rows));
    }
  }

  /** The keywords. */
  private static final class KeywordTable {
    static void define() {
      unaryPrimitives();
      aggregates();
      math();
      uniform();
      lists();
      text();
      tables();
      functions();
      refusals();
    }

    private static void unaryPrimitives() {
      one("flip", 1, (c, x) -> Lists.flip(x));
      one("neg", 2, (c, x) -> Arithmetic.negate(x)).asAtomic();
      one("first", 3, Aggregate.FIRST::of).as(Aggregate.FIRST);
      one("reciprocal", 4, (c, x) -> Arithmetic.divide(LongAtom.of(1), x)).asAtomic();
      one("where", 5, Lists::where);
      one("reverse", 6, (c, x) -> Lists.reverse(x));
      one("null", 7, (c, x) -> Casts.nulls(x)).asAtomic();
      one("group", 8, (c, x) -> Search.group(x));
      one("iasc", 9, (c, x) -> Lists.iasc(x));
      one("idesc", 10, (c, x) -> Lists.idesc(x));
      one("string", 11, Strings::string).asAtomic();
      one("count", 13, Aggregate.COUNT::of).as(Aggregate.COUNT);
      one("floor", 14, (c, x) -> Arithmetic.round(x, Math::floor)).asAtomic();
      one("not", 15, (c, x) -> Compare.apply(Compare.Op.EQUAL, x, LongAtom.of(0))).asAtomic();
      one("key", 16, KeywordTable::key);
      one("distinct", 17, (c, x) -> Search.distinct(x));
      one("type", 18, (c, x) -> new ShortAtom((short) x.typeNumber()));
      one("value", 19, Builtins::value);
      one("get", Builtins::value).as(new UnaryPrimitive(19));
      Verb enlist = many("enlist", 1, 8, KeywordTable::enlist).as(new UnaryPrimitive(41));
      UNARY[41] = enlist;
      UNARY[12] = enlist;
      UNARY[0] = new Verb("::", 1, 1, (c, args) -> args[0]);
    }

    private static Value enlist(Context context, Value[] args) {
      return args.length == 1 ? Vectors.enlist(args[0]) : Vectors.collapse(args);
    }

    private static Value key(Context context, Value x) {
      if (x instanceof Dictionary d) {
        return d.keys();
      }
      String variable = Enumerations.variableOf(x);
      if (variable != null) {
        return new SymbolAtom(variable);
      }
      if (x instanceof SymbolAtom name) {
        if (name.isNull()) {
          return Vectors.symbols(Namespaces.roots(context));
        }
        if (name.name().equals(".")) {
          return Vectors.symbols(Namespaces.members(context, ""));
        }
        Value value = context.lookUp(context.namespace, name.name());
        if (value == null) {
          return Vectors.EMPTY_LIST;
        }
        return value instanceof Dictionary d ? d.keys() : name;
      }
      if (x instanceof Atom && Vectors.isIntegral(x.type())) {
        return Lists.til(context, x);
      }
      if (x instanceof Vector v && !(v instanceof ListVector)) {
        return new SymbolAtom(Types.name(v.type()));
      }
      throw QError.type("key of " + Types.name(x));
    }

    private static void aggregates() {
      aggregate("avg", 23, Aggregate.AVG);
      one("last", 24, Aggregate.LAST::of).as(Aggregate.LAST);
      aggregate("sum", 25, Aggregate.SUM);
      aggregate("prd", 26, Aggregate.PRD);
      aggregate("min", 27, Aggregate.MIN);
      aggregate("max", 28, Aggregate.MAX);
      aggregate("var", 42, Aggregate.VAR);
      aggregate("dev", 43, Aggregate.DEV);
      one("svar", Aggregate.SVAR::of).as(Aggregate.SVAR);
      one("sdev", Aggregate.SDEV::of).as(Aggregate.SDEV);
      one("med", Aggregate.MED::of).as(Aggregate.MED);
      one("all", Aggregate.ALL::of).as(Aggregate.ALL);
      one("any", Aggregate.ANY::of)
          .as(Aggregate.ANY)
          .as(
              new Composition(
                  List.of(
                      new UnaryPrimitive(28),
                      new Projection(
                          List.of(
                              new BinaryPrimitive(11), new ByteAtom(QType.CHAR, (byte) 'b'))))));
      two("wsum", 29, PairAggregate.WSUM::of).as(PairAggregate.WSUM);
      two("wavg", 30, PairAggregate.WAVG::of).as(PairAggregate.WAVG);
      two("cov", 35, PairAggregate.COV::of).as(PairAggregate.COV);
      two("cor", 36, PairAggregate.COR::of).as(PairAggregate.COR);
      two("scov", PairAggregate.SCOV::of).as(PairAggregate.SCOV);
    }

    private static void math() {
      one("abs", 31, (c, x) -> Arithmetic.abs(x)).asAtomic();
      one("sqrt", 32, (c, x) -> Arithmetic.floats(x, Math::sqrt)).asAtomic();
      one("log", 33, (c, x) -> Arithmetic.floats(x, Math::log)).asAtomic();
      one("exp", 34, (c, x) -> Arithmetic.floats(x, Math::exp)).asAtomic();
      one("sin", 35, (c, x) -> Arithmetic.floats(x, Math::sin)).asAtomic();
      one("asin", 36, (c, x) -> Arithmetic.floats(x, Math::asin)).asAtomic();
      one("cos", 37, (c, x) -> Arithmetic.floats(x, Math::cos)).asAtomic();
      one("acos", 38, (c, x) -> Arithmetic.floats(x, Math::acos)).asAtomic();
      one("tan", 39, (c, x) -> Arithmetic.floats(x, Math::tan)).asAtomic();
      one("atan", 40, (c, x) -> Arithmetic.floats(x, Math::atan)).asAtomic();
      one("ceiling", (c, x) -> Arithmetic.round(x, Math::ceil)).asAtomic();
      one("signum", (c, x) -> Arithmetic.signum(x)).asAtomic();
      two("div", 31, (c, x, y) -> Arithmetic.div(x, y)).asAtomic();
      two("xexp", 32, (c, x, y) -> Arithmetic.floats(x, y, Arithmetic::power)).asAtomic();
      two("xlog", (c, x, y) -> Arithmetic.floats(x, y, (a, b) -> Math.log(b) / Math.log(a)))
          .asAtomic();
      two("mod", (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MOD, x, y)).asAtomic();
      two("xbar", (c, x, y) -> Arithmetic.xbar(x, y)).asAtomic();
      two("and", (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MIN, x, y))
          .asAtomic()
          .as(new BinaryPrimitive(5));
      two("or", (c, x, y) -> Arithmetic.apply(Arithmetic.Op.MAX, x, y))
          .asAtomic()
          .as(new BinaryPrimitive(6));
      two("mmu", (c, x, y) -> Numeric.multiply(x, y));
      two("lsq", (c, x, y) -> Numeric.leastSquares(x, y));
      one("inv", (c, x) -> Numeric.inverse(x));
      one("rand", (c, x) -> Lists.first(Numeric.roll(c, LongAtom.of(1), x)));
    }

    private static void uniform() {
      derived("sums", 2, 1, (c, x) -> Moving.running(c, Aggregate.SUM, x));
      derived("prds", 2, 3, (c, x) -> Moving.running(c, Aggregate.PRD, x));
      derived("mins", 2, 5, (c, x) -> Moving.running(c, Aggregate.MIN, x));
      derived("maxs", 2, 6, (c, x) -> Moving.running(c, Aggregate.MAX, x));
      derived(
          "deltas",
          3,
          2,
          (c, x) -> Iterators.apply(c, new Derived(3, new BinaryPrimitive(2)), new Value[] {x}));
      derived(
          "ratios",
          3,
          4,
          (c, x) -> Iterators.apply(c, new Derived(3, new BinaryPrimitive(4)), new Value[] {x}));
      derived("raze", 1, 12, Lists::raze);
      one("avgs", (c, x) -> Moving.avgs(x));
      derived("prev", 3, 0, (c, x) -> Lists.shift(x, 1));
      one("next", (c, x) -> Lists.shift(x, -1));
      one("fills", (c, x) -> Lists.fills(x));
      one("differ", (c, x) -> Lists.differ(x))
          .as(
              new Composition(
                  List.of(new UnaryPrimitive(15), new Derived(3, new BinaryPrimitive(15)))));
      two("xprev", (c, x, y) -> Lists.shift(y, Vectors.intOf(x, "xprev")));
      two("mavg", (c, x, y) -> Moving.mavg(x, y));
      two("msum", (c, x, y) -> Moving.msum(x, y));
      two("mdev", (c, x, y) -> Moving.mdev(x, y));
      two("mcount", (c, x, y) -> Moving.mcount(x, y));
      two("mmax", (c, x, y) -> Moving.mextreme(x, y, true));
      two("mmin", (c, x, y) -> Moving.mextreme(x, y, false));
      two("ema", (c, x, y) -> Moving.ema(x, y));
    }

    private static void lists() {
      one("til", Lists::til);
      one("asc", Lists::asc);
      one("desc", (c, x) -> Lists.desc(x));
      one("rank", (c, x) -> Lists.rank(x));
      two("xrank", (c, x, y) -> Lists.xrank(x, y));
      one("attr", (c, x) -> Attributes.of(x)).as(internal(-2));
      two("in", 23, Search::in);
      two("within", 24, (c, x, y) -> Search.within(x, y));
      two("bin", 26, (c, x, y) -> Search.bin(c, x, y, false));
      two("binr", 34, (c, x, y) -> Search.bin(c, x, y, true));
      two("union", (c, x, y) -> Lists.union(x, y));
      two("inter", Lists::inter);
      two("except", Lists::except);
      two("cross", Lists::cross);
      two("cut", Lists::cutKeyword);
      two("rotate", (c, x, y) -> Lists.rotate(x, y));
      two("sublist", (c, x, y) -> Lists.sublist(x, y));
    }

    private static void text() {
      two("like", 25, (c, x, y) -> Strings.like(x, y));
      two("ss", 27, (c, x, y) -> Strings.ss(x, y));
      two("sv", Strings::sv);
      two("vs", Strings::vs);
      many("ssr", 3, 3, (c, args) -> Strings.ssr(c, args[0], args[1], args[2]));
      one("lower", (c, x) -> Strings.changeCase(x, false));
      one("upper", (c, x) -> Strings.changeCase(x, true));
      one("trim", (c, x) -> Strings.trim(x, true, true));
      one("ltrim", (c, x) -> Strings.trim(x, true, false));
      one("rtrim", (c, x) -> Strings.trim(x, false, true));
      one("md5", (c, x) -> Internal.md5(x)).as(internal(-15));
      one("parse", Builtins::parse);
      one("eval", Builtins::eval).as(internal(-6));
      one("reval", Builtins::eval).as(internal(-24));
      one("show", (c, x) -> UnaryPrimitive.IDENTITY);
      one("view", KeywordTable::view);
      one("views", (c, x) -> SystemCommands.views(c, "", false));
      one("system", (c, x) -> SystemCommands.run(c, Vectors.text(x)));
      one("gtime", (c, x) -> Arithmetic.apply(Arithmetic.Op.SUBTRACT, x, Internal.offset(c)));
      one("ltime", (c, x) -> Arithmetic.apply(Arithmetic.Op.ADD, x, Internal.offset(c)));
    }

    private static void tables() {
      one("cols", Tables::cols);
      one("keys", Tables::keys);
      one("meta", Tables::meta);
      one("tables", Tables::tables);
      one("ungroup", Tables::ungroup);
      one("fkeys", Tables::fkeys);
      two("xkey", Tables::xkey);
      two("xcol", (c, x, y) -> Tables.xcol(x, y));
      two("xcols", (c, x, y) -> Tables.xcols(x, y));
      two("xasc", (c, x, y) -> Tables.xsort(c, x, y, true));
      two("xdesc", (c, x, y) -> Tables.xsort(c, x, y, false));
      two("xgroup", Tables::xgroup);
      two("fby", Tables::fby);
      two("insert", 28, Upsert::insert);
      two("upsert", Upsert::upsert);
      two("set", KeywordTable::set);
      two("lj", (c, x, y) -> Joins.left(x, y, false));
      two("ljf", (c, x, y) -> Joins.left(x, y, true));
      two("ij", (c, x, y) -> Joins.inner(x, y, false));
      two("ijf", (c, x, y) -> Joins.inner(x, y, true));
      two("uj", (c, x, y) -> Joins.union(x, y, false));
      two("ujf", (c, x, y) -> Joins.union(x, y, true));
      two("pj", (c, x, y) -> Joins.plus(x, y));
      two("asof", Joins::asofKeyword);
      many("ej", 3, 3, (c, args) -> Joins.equi(c, args[0], args[1], args[2]));
      many("aj", 3, 3, (c, args) -> Joins.asofJoin(c, args[0], args[1], args[2], false, false));
      many("aj0", 3, 3, (c, args) -> Joins.asofJoin(c, args[0], args[1], args[2], true, false));
      many("ajf", 3, 3, (c, args) -> Joins.asofJoin(c, args[0], args[1], args[2], false, true));
      many("ajf0", 3, 3, (c, args) -> Joins.asofJoin(c, args[0], args[1], args[2], true, true));
      many("wj", 4, 4, (c, args) -> Joins.window(c, args[0], args[1], args[2], args[3], false));
      many("wj1", 4, 4, (c, args) -> Joins.window(c, args[0], args[1], args[2], args[3], true));
    }

    /** A keyword that is {@code -n!}. */
    private static Value internal(int number) {
      return new Projection(List.of(new BinaryPrimitive(16), LongAtom.of(number)));
    }

    private static Value view(Context context, Value x) {
      String name = Context.qualified(context.namespace, Vectors.symbol(x));
      if (context.globals.get(name) instanceof View view) {
        return Vectors.string(view.text());
      }
      throw QError.type(name + " (expected: a view)");
    }

    private static Value set(Context context, Value x, Value y) {
      context.assign(Vectors.symbol(x), y);
      return x;
    }

    private static void functions() {
      two("each", (c, f, x) -> Iterators.each(c, f, new Value[] {x}));
      two("peach", (c, f, x) -> Iterators.each(c, f, new Value[] {x}));
      two("over", (c, f, x) -> Iterators.accumulate(c, f, new Value[] {x}, false));
      two("scan", (c, f, x) -> Iterators.accumulate(c, f, new Value[] {x}, true));
      two("prior", (c, f, x) -> Iterators.apply(c, new Derived(3, f), new Value[] {x}));
    }

    private static void refusals() {
      for (String name :
          new String[] {
            "exit", "getenv", "hclose", "hcount", "hdel", "hopen", "load", "read0", "read1",
            "rload", "rsave", "save", "hsym"
          }) {
        if (name.equals("hsym")) {
          one(name, (c, x) -> Internal.hsym(x));
        } else {
          refused(name, 1, false);
        }
      }
      refused("setenv", 2, true);
      refused("dsave", 2, true);
    }
  }
}
