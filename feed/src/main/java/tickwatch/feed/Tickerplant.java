package tickwatch.feed;

import com.kx.c;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.ConnectException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.QType;
import tickwatch.tick.TableSchema;

/**
 * A connection to a tickerplant, over javakdb. One thread uses it; {@link #close} may be called
 * from any.
 */
final class Tickerplant implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tickerplant.class);

  private static final long CONNECT_SECONDS = 10;
  private static final long LOG_WAIT_NANOS = 100_000_000;
  private static final int ANSWER_MILLIS = 60_000;

  /** The connection could not be made, or is gone. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1L;

    Lost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** An error reply. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String word) {
      super(word);
    }
  }

  /**
   * What a tickerplant knows of a publisher.
   *
   * @param position the number of the last message taken notice of; 0 if there was none
   * @param accepted rows taken since the tickerplant started
   * @param refused rows refused since the tickerplant started
   */
  record Checkpoint(long position, long accepted, long refused) {}

  private static final Map<Class<?>, QType> TYPES =
      Map.ofEntries(
          Map.entry(boolean[].class, QType.BOOLEAN),
          Map.entry(UUID[].class, QType.GUID),
          Map.entry(byte[].class, QType.BYTE),
          Map.entry(short[].class, QType.SHORT),
          Map.entry(int[].class, QType.INT),
          Map.entry(long[].class, QType.LONG),
          Map.entry(float[].class, QType.REAL),
          Map.entry(double[].class, QType.FLOAT),
          Map.entry(char[].class, QType.CHAR),
          Map.entry(String[].class, QType.SYMBOL),
          Map.entry(Instant[].class, QType.TIMESTAMP),
          Map.entry(c.Month[].class, QType.MONTH),
          Map.entry(LocalDate[].class, QType.DATE),
          Map.entry(LocalDateTime[].class, QType.DATETIME),
          Map.entry(c.Timespan[].class, QType.TIMESPAN),
          Map.entry(c.Minute[].class, QType.MINUTE),
          Map.entry(c.Second[].class, QType.SECOND),
          Map.entry(LocalTime[].class, QType.TIME),
          Map.entry(Object[].class, QType.LIST));

  private final Endpoint endpoint;
  private final c connection;

  private Tickerplant(Endpoint endpoint, c connection) {
    this.endpoint = endpoint;
    this.connection = connection;
  }

  /**
   * Connects and logs in.
   *
   * @throws Lost when nobody answers there
   * @throws FeedException when the user is not let in
   */
  static Tickerplant connect(Endpoint endpoint) throws Lost {
    try {
      c.setEncoding("UTF-8");
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
    // javakdb has no time-out for connecting and logging in: whatever hangs is left to a thread of
    // its own, which ends with the process.
    CompletableFuture<c> opened = new CompletableFuture<>();
    Thread opener =
        new Thread(
            () -> {
              try {
                c connection =
                    new c(
                        endpoint.host(),
                        endpoint.port(),
                        endpoint.user() + ":" + endpoint.password(),
                        endpoint.tls() != null);
                if (!opened.complete(connection)) {
                  connection.close();
                }
              } catch (IOException | c.KException | RuntimeException e) {
                opened.completeExceptionally(e);
              }
            },
            "feed-connect");
    opener.setDaemon(true);
    opener.start();
    try {
      c connection = opened.get(CONNECT_SECONDS, TimeUnit.SECONDS);
      connection.s.setSoTimeout(ANSWER_MILLIS);
      connection.s.setTcpNoDelay(true);
      return new Tickerplant(endpoint, connection);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof c.KException) {
        throw new FeedException(
            FeedException.Kind.PRECONDITION,
            "tickerplant "
                + endpoint
                + " does not let "
                + (endpoint.user().isEmpty() ? "anonymous" : "user " + endpoint.user())
                + " in; give --tickerplant HOST:PORT:USER:PASSWORD, or set TICKWATCH_USER and"
                + " TICKWATCH_PASSWORD",
            cause);
      }
      String reason = cause instanceof ConnectException ? "nothing listens there" : reason(cause);
      throw new Lost(reason, cause);
    } catch (TimeoutException e) {
      opened.cancel(false);
      throw new Lost("no answer in " + CONNECT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      opened.cancel(false);
      Thread.currentThread().interrupt();
      throw new Lost("interrupted", e);
    } catch (IOException e) {
      throw new Lost(reason(e), e);
    }
  }

  /**
   * The columns of a table.
   *
   * @throws FeedException when there is no such table, or the user may not look
   */
  TableSchema schema(String table) throws Lost {
    Object answer;
    try {
      answer = ask("0#" + table);
    } catch (Refused e) {
      if (String.valueOf(e.getMessage()).equals("access")) {
        throw FeedException.precondition(
            "user "
                + endpoint.user()
                + " may not ask tickerplant "
                + endpoint
                + " for the columns of "
                + table
                + " (it needs the rights read and publish)");
      }
      throw FeedException.precondition(
          "tickerplant " + endpoint + " has no table " + table + tableNames());
    }
    if (!(answer instanceof c.Flip flip)) {
      throw FeedException.precondition(
          table + " of tickerplant " + endpoint + " is not a plain table: rows cannot be added");
    }
    List<QType> types = new ArrayList<>();
    for (Object column : flip.y) {
      QType type = TYPES.get(column.getClass());
      types.add(type == null ? QType.LIST : type);
    }
    return new TableSchema(table, Arrays.asList(flip.x), types, 0);
  }

  private String tableNames() throws Lost {
    try {
      Object names = ask("tables[]");
      return names instanceof String[] all ? " (it has: " + String.join(", ", all) + ")" : "";
    } catch (Refused e) {
      return "";
    }
  }

  private Object ask(String q) throws Lost, Refused {
    try {
      return connection.k(q);
    } catch (c.KException e) {
      throw new Refused(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw new Lost(reason(e), e);
    }
  }

  /**
   * Sends columns as the publisher's message with this number; the answer comes with a checkpoint.
   */
  void send(String publisher, long position, String table, Object[] columns) throws Lost {
    try {
      connection.ks(new Object[] {".u.updn", publisher, position, table, columns});
    } catch (IOException | RuntimeException e) {
      throw new Lost(reason(e), e);
    }
  }

  /**
   * Waits until all that was sent has been dealt with; also for as long as the tickerplant cannot
   * write its log.
   *
   * @throws FeedException when the tickerplant does not know numbered messages or does not let this
   *     user publish
   */
  Checkpoint checkpoint(String publisher) throws Lost {
    Object answer;
    try {
      answer = askUntilLogged(new Object[] {".u.chk", publisher});
    } catch (c.KException e) {
      if (String.valueOf(e.getMessage()).equals("access")) {
        throw FeedException.precondition(
            "user " + endpoint.user() + " may not publish to tickerplant " + endpoint);
      }
      throw new FeedException(
          FeedException.Kind.PRECONDITION,
          "tickerplant "
              + endpoint
              + " does not take numbered messages (.u.chk: "
              + e.getMessage()
              + "): is it a tickwatch tickerplant?",
          e);
    } catch (IOException | RuntimeException e) {
      throw new Lost(reason(e), e);
    }
    if (answer instanceof c.Dict dict && dict.x instanceof String[] keys) {
      return new Checkpoint(
          Math.max(0, number(keys, dict.y, "seq")),
          number(keys, dict.y, "accepted"),
          number(keys, dict.y, "refused"));
    }
    throw new FeedException(
        FeedException.Kind.FAILURE,
        "tickerplant "
            + endpoint
            + " answers .u.chk with a "
            + (answer == null ? "null" : answer.getClass().getSimpleName())
            + " (expected: a dictionary of seq, accepted and refused)");
  }

  private Object askUntilLogged(Object[] question) throws c.KException, IOException {
    boolean isSaid = false;
    while (true) {
      try {
        Object answer = connection.k(question);
        if (isSaid) {
          LOG.info("tickerplant writes its log again tickerplant={}", endpoint);
        }
        return answer;
      } catch (c.KException e) {
        if (!"log".equals(e.getMessage())) {
          throw e;
        }
        if (!isSaid) {
          isSaid = true;
          LOG.warn(
              "tickerplant cannot write its log, and its /health says why; waiting tickerplant={}",
              endpoint);
        }
        LockSupport.parkNanos(LOG_WAIT_NANOS);
      }
    }
  }

  private static long number(String[] keys, Object values, String key) {
    int at = Arrays.asList(keys).indexOf(key);
    if (at >= 0 && values instanceof long[] longs) {
      return longs[at];
    }
    return at >= 0 && values instanceof Object[] all && all[at] instanceof Number number
        ? number.longValue()
        : 0;
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      // it is gone, which is what was wanted
    }
  }
}
