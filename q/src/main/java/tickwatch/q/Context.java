package tickwatch.q;

import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * What an evaluation knows of its host, and what it has used so far. One thread at a time.
 *
 * <p>The allocation budget counts what every verb returns, once; a verb that can return much more
 * than it was given asks {@link #reserve} before it allocates.
 */
final class Context {
  private static final int COMPILED_LAMBDAS = 1_000;
  private static final int PARSED_TEXTS = 64;
  private static final int MOST_CHARS_KEPT = 1_000;
  private static final int STEPS_BETWEEN_CHECKS = 64;
  private static final long LONGEST_LIST = 1L << 40;
  private static final int LONGEST_NAME = 100;

  /** What an object takes beside its items: a vector with its array, an atom. */
  static final int VECTOR_BYTES = 48;

  private static final int ATOM_BYTES = 16;

  final Globals globals;
  final Clock clock;
  final Limits limits;
  private final Runnable pause;
  private final LongSupplier nanoTime;

  /** Where names without a dot live: empty is the root, else as {@code .foo}. */
  String namespace = "";

  /** Variables that symbols are enumerated over. */
  final Set<String> domains = new HashSet<>();

  DisplayOptions display = DisplayOptions.CONSOLE;

  /** What the random numbers were last begun with. */
  long seed = -314159;

  SplittableRandom random = new SplittableRandom(seed);
  int depth;

  /** The innermost frame that is being evaluated; null between evaluations. */
  @Nullable Frame frame;

  /** How many traps around the evaluation want a backtrace. */
  int tracing;

  private long steps;
  private long bytes;

  /** What an evaluation may allocate. */
  private long maxBytes;

  private long startedAtNanos;
  private final Map<Lambda, Expr.Code> codes = newestUsed(COMPILED_LAMBDAS);

  /** What texts in the root namespace say: who watches something asks the same again and again. */
  private final Map<String, Expr.Sequence> texts = newestUsed(PARSED_TEXTS);

  /**
   * @param nanoTime what the time limit is measured with, nanoseconds
   */
  Context(Globals globals, Clock clock, Limits limits, Runnable pause, LongSupplier nanoTime) {
    this.globals = globals;
    this.clock = clock;
    this.limits = limits;
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.maxBytes = limits.maxBytes();
  }

  /** Evaluations from now on may allocate so much, but no more than the limit. */
  void allow(long allowed) {
    maxBytes = Math.min(allowed, limits.maxBytes());
  }

  void start() {
    steps = 0;
    bytes = 0;
    depth = 0;
    frame = null;
    tracing = 0;
    startedAtNanos = nanoTime.getAsLong();
  }

  /** Begins the random numbers anew. */
  void seed(long from) {
    seed = from;
    random = new SplittableRandom(from);
  }

  /** Counts one application or loop turn, and now and then looks at the clock. */
  void step() {
    steps++;
    if (limits.maxSteps() > 0 && steps > limits.maxSteps()) {
      throw new QError("stop", "more than " + limits.maxSteps() + " steps");
    }
    if (steps % STEPS_BETWEEN_CHECKS == 0) {
      checkTime();
    }
  }

  /** Has others go first, and fails when time is up or the thread was interrupted. */
  void checkTime() {
    pause.run();
    if (Thread.currentThread().isInterrupted()) {
      throw new QError("stop", "the evaluation was interrupted");
    }
    if (!limits.timeout().isZero()
        && nanoTime.getAsLong() - startedAtNanos > limits.timeout().toNanos()) {
      throw new QError("stop", "the evaluation took longer than " + limits.timeout());
    }
  }

  /** Asks for room for that many items before they are allocated. */
  int reserve(long items) {
    if (items >= LONGEST_LIST) {
      throw new QError("limit", "a list of " + items + " items (expected: less than 2^40)");
    }
    if (items > limits.maxRows()) {
      throw QError.wsfull(items, limits.maxRows());
    }
    room(8 * items);
    return (int) items;
  }

  /** Asks for room for that many bytes before they are allocated. */
  void room(long wanted) {
    if (bytes + wanted > maxBytes) {
      throw QError.wsfull(bytes + wanted, maxBytes);
    }
  }

  /** The bytes that may still be allocated. */
  long roomLeft() {
    return Math.max(0, maxBytes - bytes);
  }

  /** Counts a result against the budget. */
  Value charge(Value value) {
    if (value instanceof ListVector list && list.leaves() > limits.maxRows()) {
      throw new QError(
          "limit",
          "lists within lists with "
              + list.leaves()
              + " items (at most: "
              + limits.maxRows()
              + ")");
    }
    made(size(value));
    return value;
  }

  /** Counts what was allocated against the budget. */
  void made(long more) {
    bytes += more;
    if (bytes > maxBytes) {
      throw QError.wsfull(bytes, maxBytes);
    }
  }

  /** What a value takes, without what lies in its lists, about. */
  static long size(Value value) {
    if (value instanceof Vector v) {
      return VECTOR_BYTES + (long) v.length() * width(v);
    }
    if (value instanceof Table t) {
      long sum = 64;
      for (Vector column : t.columns()) {
        sum += VECTOR_BYTES + (long) column.length() * width(column);
      }
      return sum;
    }
    return value instanceof Dictionary d ? 32 + size(d.keys()) + size(d.values()) : ATOM_BYTES;
  }

  private static int width(Vector vector) {
    if (vector instanceof ListVector) {
      return 8;
    }
    return vector instanceof SymbolVector ? 4 : vector.type().width();
  }

  private static <K, V> Map<K, V> newestUsed(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /** What a text says in the current namespace. */
  Expr.Sequence parsed(String text) {
    if (!namespace.isEmpty() || text.length() > MOST_CHARS_KEPT) {
      return Parser.parse(text, namespace);
    }
    Expr.Sequence known = texts.get(text);
    if (known == null) {
      known = Parser.parse(text, namespace);
      texts.put(text, known);
    }
    return known;
  }

  Expr.Code code(Lambda lambda) {
    Expr.Code code = codes.get(lambda);
    if (code == null) {
      code = Parser.lambda(lambda);
      codes.put(lambda, code);
    }
    return code;
  }

  void remember(Lambda lambda, Expr.Code code) {
    codes.put(lambda, code);
  }

  /** The full name of a variable as a text in a namespace writes it. */
  static String qualified(String namespace, String name) {
    return namespace.isEmpty() || name.startsWith(".") ? name : namespace + "." + name;
  }

  /** A global variable, or null. */
  @Nullable Value lookUp(String namespace, String name) {
    Value value = globals.get(qualified(namespace, name));
    if (value != null) {
      return value instanceof View view ? view.value(this) : value;
    }
    if (name.startsWith(".")) {
      value = Builtins.get(this, name);
      if (value != null) {
        return value;
      }
      value = Namespaces.dictionary(this, name);
      if (value != null) {
        return value;
      }
    }
    int dot = name.lastIndexOf('.');
    if (dot > 0) {
      Value container = lookUp(namespace, name.substring(0, dot));
      if (container instanceof Table || container instanceof Dictionary) {
        return Indexing.member(container, name.substring(dot + 1));
      }
      if (container != null && container.type().isTemporal()) {
        return Casts.dollar(this, new SymbolAtom(name.substring(dot + 1)), container);
      }
      if (container instanceof Vector column) {
        return Enumerations.linked(this, column, name.substring(dot + 1));
      }
    }
    return null;
  }

  /** The value of a name in the current namespace, or null. */
  @Nullable Value lookUp(String name) {
    return lookUp(namespace, name);
  }

  Value global(String name) {
    Value value = lookUp(name);
    if (value == null) {
      throw unknown(name);
    }
    return value;
  }

  /** A name as an error says it: not all of one that nobody would read. */
  static String shown(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 2) + "..";
  }

  static QError unknown(String name) {
    String shown = shown(name);
    return new QError(shown, "the name " + shown + " is not known here");
  }

  /**
   * The same vector, knowing more of itself, wherever it is the value of a variable of the root.
   */
  void renew(Vector old, Vector same) {
    for (String name : List.copyOf(globals.names())) {
      if (!name.startsWith(".") && globals.get(name) == old) {
        globals.set(name, same);
      }
    }
  }

  void assign(String name, Value value) {
    String full = qualified(namespace, name);
    if (full.startsWith(".z.") || full.startsWith(".Q.") || full.startsWith(".q.")) {
      throw new QError("access", "the variable " + full + " is the interpreter's own");
    }
    if (full.startsWith(":")) {
      throw new QError("access", "the file " + full + ": there are none here");
    }
    if (Nesting.tooDeep(value)) {
      throw new QError("stack", "a value nested deeper than " + Nesting.MAX_DEPTH);
    }
    Value before = domains.contains(name) ? globals.get(full) : null;
    globals.set(full, value);
    if (before instanceof SymbolVector old && value instanceof SymbolVector now) {
      Enumerations.follow(this, name, old, now);
    }
  }
}
