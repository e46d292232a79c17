package tickwatch.detector.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.detector.analysis.Companion;
import tickwatch.detector.analysis.Similar;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.ipc.value.Epoch;

/**
 * Anomalies as they open and close, one JSON object a line, appended.
 *
 * <p><b>Invariants.</b> What is in the file, told by id, state and time, is not written again: a
 * detector that reads the tick log again, after a restart or because the log says something else,
 * adds what is missing and nothing else. A line cut off by a crash is taken away when the file is
 * opened, one cut off by a full disk at once.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class AnomalyFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnomalyFile.class);

  /** Only so much of an old file is looked at, from its end: about 50,000 anomalies. */
  private static final long TAIL_BYTES = 64L << 20;

  /** Lines that are remembered, the last ones. */
  private static final int MOST_TOLD = 1 << 18;

  private static final double NANOS_A_SECOND = 1e9;

  private final Path file;
  private final FileChannel channel;
  private final ObjectMapper json = new ObjectMapper();
  private final Set<String> told = new LinkedHashSet<>();

  private AnomalyFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file, new or not; its directory is made.
   *
   * @throws AlertException if that is not possible
   */
  public static AnomalyFile open(Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      AnomalyFile opened = new AnomalyFile(file, channel);
      try {
        opened.readTail();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return opened;
    } catch (IOException e) {
      throw new AlertException("anomalies cannot be written to " + file + ": " + e, e);
    }
  }

  private void readTail() throws IOException {
    long byteLength = channel.size();
    long from = Math.max(0, byteLength - TAIL_BYTES);
    channel.position(from);
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long at = from;
    long lineFrom = from;
    // The first line is a part of one unless the whole file is read.
    boolean whole = from == 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      at++;
      if (next != '\n') {
        line.write(next);
        continue;
      }
      if (whole) {
        remember(line.toString(StandardCharsets.UTF_8));
      }
      whole = true;
      line.reset();
      lineFrom = at;
    }
    if (lineFrom < at) {
      LOG.warn(
          "anomaly file ends in the middle of a line, which was taken away file={} bytes={}",
          file,
          at - lineFrom);
      channel.truncate(lineFrom);
    }
    channel.position(channel.size());
  }

  private void remember(String line) {
    try {
      JsonNode node = json.readTree(line);
      remember(node.path("id").asText(), node.path("state").asText(), node.path("time").asText());
    } catch (JsonProcessingException e) {
      LOG.warn("anomaly file holds a line that is no JSON file={} line={}", file, line);
    }
  }

  private void remember(String id, String state, String time) {
    if (told.size() == MOST_TOLD) {
      told.remove(told.iterator().next());
    }
    told.add(key(id, state, time));
  }

  private static String key(String id, String state, String time) {
    return state + ' ' + time + ' ' + id;
  }

  /**
   * Appends an anomaly, unless it is there.
   *
   * @return whether it is new
   * @throws AlertException if it cannot be written
   */
  public boolean append(Anomaly anomaly) {
    String time = Epoch.instantOf(anomaly.time()).toString();
    if (told.contains(key(anomaly.id(), anomaly.state().word(), time))) {
      return false;
    }
    try {
      write(
          ByteBuffer.wrap(
              (json.writeValueAsString(node(anomaly, time)) + "\n")
                  .getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AlertException("anomalies cannot be written to " + file + ": " + e, e);
    }
    remember(anomaly.id(), anomaly.state().word(), time);
    return true;
  }

  /**
   * All of a line or, where the disk is full, nothing of it: the next one would stand behind it.
   */
  private void write(ByteBuffer line) throws IOException {
    long before = channel.position();
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      try {
        channel.truncate(before);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private ObjectNode node(Anomaly anomaly, String time) {
    ObjectNode node = json.createObjectNode();
    node.put("time", time);
    node.put("state", anomaly.state().word());
    node.put("id", anomaly.id());
    node.put("source", anomaly.source());
    node.put("sym", anomaly.sym());
    node.put("start", Epoch.instantOf(anomaly.start()).toString());
    node.put("flaggedFrom", Epoch.instantOf(anomaly.flaggedFrom()).toString());
    node.put("end", Epoch.instantOf(anomaly.end()).toString());
    node.put("firstSeq", anomaly.firstSeq());
    node.put("lastSeq", anomaly.lastSeq());
    put(node, "grade", anomaly.grade());
    put(node, "score", anomaly.score());
    put(node, "threshold", anomaly.threshold());
    node.put("severity", anomaly.severity().word());
    node.put("kind", anomaly.kind());
    put(node, anomaly.top());
    ArrayNode channels = node.putArray("channels");
    for (ChannelPart part : anomaly.parts()) {
      put(channels.addObject(), part);
    }
    node.put("cause", anomaly.cause());
    put(node, "confidence", anomaly.confidence());
    node.put("detector", anomaly.detector());
    ArrayNode members = node.putArray("members");
    for (MemberScore member : anomaly.members()) {
      ObjectNode one = members.addObject().put("name", member.name());
      put(one, "weight", member.weight());
      put(one, "score", member.score());
    }
    ArrayNode similar = node.putArray("similar");
    for (Similar earlier : anomaly.similar()) {
      ObjectNode one = similar.addObject().put("id", earlier.id());
      put(one, "distance", earlier.distance());
      one.put("verdict", earlier.verdict());
    }
    ArrayNode companions = node.putArray("companions");
    for (Companion companion : anomaly.companions()) {
      companions
          .addObject()
          .put("sym", companion.sym())
          .put("id", companion.id())
          .put("lagSeconds", companion.lagNanos() / NANOS_A_SECOND);
    }
    ObjectNode impact = node.putObject("impact");
    impact.put("seconds", anomaly.impact().nanos() / NANOS_A_SECOND);
    impact.put("flags", anomaly.impact().flags());
    impact.put("channels", anomaly.impact().channels());
    impact.put("sensors", anomaly.impact().sensors());
    put(impact, "deviation", anomaly.impact().deviation());
    return node;
  }

  private static void put(ObjectNode node, ChannelPart part) {
    node.put("channel", part.channel());
    put(node, "actual", part.actual());
    put(node, "expected", part.expected());
    put(node, "lower", part.lower());
    put(node, "upper", part.upper());
    put(node, "contribution", part.contribution());
  }

  /** JSON knows no NaN: a missing value is null. */
  private static void put(ObjectNode node, String member, double value) {
    if (Double.isFinite(value)) {
      node.put(member, value);
    } else {
      node.putNull(member);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("anomaly file was not closed well file={}", file, e);
    }
  }
}
