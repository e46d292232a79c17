package tickwatch.detector.alert;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to one target, in order: a bounded queue, retries that come ever later, each alert
 * once.
 *
 * <p>What waits goes in one message, up to 64 alerts. A target that cannot be reached, answers too
 * late, or answers 408, 429 or 5xx is tried again, first after {@code firstRetry}, then after twice
 * as long each time up to {@code lastRetry}, until it takes the message. Any other answer that is
 * not 2xx will not get better: those alerts are given up, counted and told. Where the queue is
 * full, the oldest alert in it is given up.
 *
 * <p><b>Threads.</b> Any may offer; one of its own posts, and calls the {@link Listener}.
 */
public final class AlertDelivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertDelivery.class);

  private static final int MOST_IN_A_MESSAGE = 64;
  private static final int ANSWER_TOLD = 200;
  private static final long NANOS_A_MILLI = 1_000_000;

  /** Hears what became of an alert. */
  public interface Listener {
    /**
     * An alert was taken, or given up.
     *
     * @param attempts how often it was tried; 0 if it was given up untried
     */
    void done(Alert alert, AlertTarget target, boolean isDelivered, int attempts);
  }

  /**
   * How patient it is.
   *
   * @param timeout for a connection, and for an answer
   * @param repeat how often what goes on is told again, where the target wants that
   * @param queued alerts that may wait
   */
  public record Patience(
      Duration timeout, Duration firstRetry, Duration lastRetry, Duration repeat, int queued) {
    /** 10 s for an answer, retries after 0.5 s to 60 s, repeats every minute, 10,000 waiting. */
    public static Patience defaults() {
      return new Patience(
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofMinutes(1),
          10_000);
    }
  }

  /** What became of the alerts so far. Any thread may read. */
  public static final class Counts {
    final LongAdder delivered = new LongAdder();
    final LongAdder givenUp = new LongAdder();
    final LongAdder failures = new LongAdder();

    public long delivered() {
      return delivered.sum();
    }

    /** Alerts that will not be delivered: refused, or the oldest of a full queue. */
    public long givenUp() {
      return givenUp.sum();
    }

    /** Messages that were not taken, and are tried again. */
    public long failures() {
      return failures.sum();
    }
  }

  private enum Outcome {
    TAKEN,
    REFUSED,
    FAILED
  }

  private final AlertTarget target;
  private final Patience patience;
  private final boolean isDryRun;
  private final Listener listener;
  private final HttpClient http;
  private final Counts counts = new Counts();
  private final Thread thread;

  // Guarded by this.
  private final Map<String, Alert> waiting = new LinkedHashMap<>();

  /** What the target was told of and is told again, by labels. */
  private final Map<Map<String, String>, Alert> firing = new LinkedHashMap<>();

  private long repeatAt;
  private boolean closed;

  private String lastFailure = "";
  private String lastRefusal = "";

  /**
   * Starts to deliver.
   *
   * @param isDryRun whether messages are logged instead of posted
   */
  public AlertDelivery(AlertTarget target, Patience patience, boolean isDryRun, Listener listener) {
    this.target = target;
    this.patience = patience;
    this.isDryRun = isDryRun;
    this.listener = listener;
    this.repeatAt = System.nanoTime() + patience.repeat().toNanos();
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(patience.timeout())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    this.thread = new Thread(this::run, "alert-" + target.name());
    thread.setDaemon(true);
    thread.start();
  }

  public Counts counts() {
    return counts;
  }

  public AlertTarget target() {
    return target;
  }

  /** Alerts that wait. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** Takes an alert, unless the same one waits already. */
  public void offer(Alert alert) {
    if (alert.severity().compareTo(target.leastSeverity()) < 0) {
      return;
    }
    Alert lost = null;
    synchronized (this) {
      if (closed || waiting.containsKey(alert.key())) {
        return;
      }
      if (waiting.size() >= patience.queued()) {
        String oldest = waiting.keySet().iterator().next();
        lost = waiting.remove(oldest);
      }
      waiting.put(alert.key(), alert);
      notifyAll();
    }
    if (lost != null) {
      counts.givenUp.increment();
      LOG.warn(
          "alert given up, since {} wait: the target takes none sink={} id={} state={}",
          patience.queued(),
          target.name(),
          lost.id(),
          lost.state());
      listener.done(lost, target, false, 0);
    }
  }

  /**
   * The target was told of this before: where it wants that, it is told again as long as it goes
   * on, or no more since it is over.
   */
  public synchronized void wasTold(Alert alert) {
    if (alert.isResolved()) {
      firing.remove(alert.labels());
    } else if (isRepeating()) {
      firing.put(alert.labels(), alert);
    }
  }

  /** What the target was told of, and is told again. */
  public synchronized List<Alert> goingOn() {
    return List.copyOf(firing.values());
  }

  // ---- the thread

  private void run() {
    try {
      List<Alert> next = next();
      while (!next.isEmpty()) {
        deliver(next);
        next = next();
      }
    } catch (InterruptedException e) {
      LOG.debug("no longer delivering sink={}", target.name(), e);
    }
  }

  /** What to tell next: what waits, or now and then what still goes on; empty when closed. */
  private synchronized List<Alert> next() throws InterruptedException {
    while (!closed) {
      long left = repeatAt - System.nanoTime();
      if (left <= 0) {
        repeatAt = System.nanoTime() + patience.repeat().toNanos();
        if (!firing.isEmpty()) {
          return List.copyOf(firing.values());
        }
      } else if (waiting.isEmpty()) {
        wait(Math.max(1, left / NANOS_A_MILLI));
      } else {
        break;
      }
    }
    List<Alert> next = new ArrayList<>();
    for (Alert alert : waiting.values()) {
      if (closed
          || next.size() == MOST_IN_A_MESSAGE
          || (!next.isEmpty() && !next.get(0).name().equals(alert.name()))) {
        break;
      }
      next.add(alert);
    }
    return next;
  }

  private boolean isRepeating() {
    return target.form() == AlertTarget.Form.ALERTMANAGER;
  }

  private void deliver(List<Alert> alerts) throws InterruptedException {
    String body = target.body(alerts);
    long pause = patience.firstRetry().toMillis();
    for (int attempt = 1; ; attempt++) {
      Outcome outcome = isDryRun ? dryRun(body) : post(body);
      if (outcome != Outcome.FAILED) {
        done(alerts, outcome == Outcome.TAKEN, attempt);
        return;
      }
      counts.failures.increment();
      Thread.sleep(pause);
      pause = Math.min(2 * pause, patience.lastRetry().toMillis());
    }
  }

  private Outcome dryRun(String body) {
    LOG.info("dry run, not posted sink={} body={}", target.name(), body);
    return Outcome.TAKEN;
  }

  private Outcome post(String body) throws InterruptedException {
    try {
      HttpResponse<String> answer = answer(request(body));
      int status = answer.statusCode();
      if (status / 100 == 2) {
        if (!lastFailure.isEmpty()) {
          LOG.info("alerts are taken again sink={}", target.name());
          lastFailure = "";
        }
        lastRefusal = "";
        return Outcome.TAKEN;
      }
      String text = answer.body();
      String told = status + " " + text.substring(0, Math.min(ANSWER_TOLD, text.length()));
      if (status == 408 || status == 429 || status / 100 == 5) {
        failed("it answers " + told);
        return Outcome.FAILED;
      }
      refused(told);
      return Outcome.REFUSED;
    } catch (IOException e) {
      failed(reason(e));
      return Outcome.FAILED;
    } catch (RuntimeException e) {
      // Else this thread would end, and no alert would ever be told again.
      LOG.error("alerts given up: they cannot be posted sink={}", target.name(), e);
      return Outcome.REFUSED;
    }
  }

  private HttpRequest request(String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.url())
            .timeout(patience.timeout())
            .header("Content-Type", "application/json")
            .header("User-Agent", "tickwatch")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    String authorization = target.authorization();
    return (authorization == null ? request : request.header("Authorization", authorization))
        .build();
  }

  /** The whole answer; the request's own timeout does not hold for the answer's body. */
  private HttpResponse<String> answer(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      return answer.get(2 * patience.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("it does not finish its answer", e);
    } finally {
      answer.cancel(true);
    }
  }

  /** In words where the exception has none. */
  private String reason(IOException e) {
    for (Throwable why = e; why != null; why = why.getCause()) {
      if (why instanceof UnresolvedAddressException) {
        return "there is no host " + target.url().getHost();
      }
    }
    if (e instanceof ConnectException) {
      return "it cannot be reached; is it up?";
    }
    return e.getMessage() == null || e instanceof SSLException ? e.toString() : e.getMessage();
  }

  /** Told once for each answer; rows of state failed and a counter say how many. */
  private void refused(String answer) {
    if (!answer.equals(lastRefusal)) {
      lastRefusal = answer;
      LOG.error(
          "alerts given up, and those that follow if it stays so: the target refuses them; is its"
              + " URL right? sink={} answer={}",
          target.name(),
          answer);
    }
  }

  /** Told once for each reason, not for each attempt. */
  private void failed(String why) {
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      LOG.warn(
          "alerts are not taken, and tried again sink={} waiting={}: {}",
          target.name(),
          waiting(),
          why);
    }
  }

  private void done(List<Alert> alerts, boolean isTaken, int attempts) {
    List<Alert> first = new ArrayList<>();
    synchronized (this) {
      for (Alert alert : alerts) {
        // What is only told again no longer waits; what was pushed out is counted already.
        if (waiting.remove(alert.key()) != null) {
          first.add(alert);
        }
        if (isTaken) {
          wasTold(alert);
        } else {
          firing.remove(alert.labels());
        }
      }
    }
    for (Alert alert : first) {
      (isTaken ? counts.delivered : counts.givenUp).increment();
      if (!isDryRun) {
        listener.done(alert, target, isTaken, attempts);
      }
    }
  }

  /** What is not delivered yet, in order. */
  public synchronized List<Alert> undelivered() {
    return List.copyOf(waiting.values());
  }

  /** Stops at once; what waits is not lost where the tick log is read again. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
