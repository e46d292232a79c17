package tickwatch.detector.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.preprocess.Scaler;

/** Parts of a {@code model.json} that all kinds of models have. */
final class ModelJson {
  static final String ENSEMBLE_FILE = "ensemble.bin";

  private static final int LINE = 140;
  private static final int DIGITS = 7;
  private static final MathContext SEVEN_DIGITS = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

  /** Seconds from 1970 to 2000, where the times of rows begin. */
  private static final long EPOCH_SECONDS = 946_684_800L;

  private ModelJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Seven significant digits: what the file says is what is used. */
  static double rounded(double value) {
    return new BigDecimal(value).round(SEVEN_DIGITS).doubleValue();
  }

  static double[] rounded(double[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = rounded(values[i]);
    }
    return all;
  }

  /**
   * A scaler for a file: seven digits of each scale, and of each centre all down to the last of
   * these, however large it is beside its channel's deviation.
   */
  static Scaler rounded(double[] centre, double[] scale) {
    double[] centres = new double[centre.length];
    double[] scales = rounded(scale);
    for (int c = 0; c < centres.length; c++) {
      BigDecimal unit = new BigDecimal(scales[c]).round(SEVEN_DIGITS);
      int firstPlace = unit.precision() - unit.scale() - 1;
      centres[c] =
          new BigDecimal(centre[c])
              .setScale(DIGITS - 1 - firstPlace, RoundingMode.HALF_EVEN)
              .doubleValue();
    }
    return new Scaler(centres, scales);
  }

  static ArrayNode numbers(double... values) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  static ArrayNode channels(List<String> names, Scaler scaler) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    double[] centres = scaler.centres();
    for (int c = 0; c < names.size(); c++) {
      list.addObject()
          .put("name", names.get(c))
          .put("unit", "")
          .put("centre", centres[c])
          .put("scale", scaler.scale(c));
    }
    return list;
  }

  /** What an ensemble's file begins with. */
  static ObjectNode ensemble(String name, byte[] file) {
    ObjectNode json =
        object()
            .put("formatVersion", 1)
            .put("name", name)
            .put("version", "1")
            .put("file", ENSEMBLE_FILE)
            .put("sha256", sha256(file));
    json.putObject("architecture").put("kind", "ensemble");
    return json;
  }

  /** A {@code model.json} that was read before. */
  static ObjectNode read(byte @Nullable [] text) {
    try {
      if (text != null && new ObjectMapper().readTree(text) instanceof ObjectNode json) {
        return json;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("model.json: not JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("model.json: no object");
  }

  /**
   * A {@code model.json} for another network in the place of its own, whose errors are smaller or
   * larger by a factor in each channel. What an ensemble beside it has learnt is left out.
   */
  static ObjectNode withNetwork(ObjectNode json, byte[] network, double[] factors) {
    json.remove("ensemble");
    json.put("file", "model.pt").put("sha256", sha256(network));
    scale(json, factors);
    json.path("syms").forEach(own -> scale(own, factors));
    return json;
  }

  private static void scale(JsonNode own, double[] factors) {
    if (own.path("residual") instanceof ObjectNode residual) {
      double[] scales = new double[factors.length];
      for (int c = 0; c < scales.length; c++) {
        scales[c] = rounded(residual.path("scale").path(c).asDouble() * factors[c]);
      }
      residual.set("scale", numbers(scales));
    }
  }

  /** The members, for people to read; what is judged by is in the file beside. */
  static void putEnsemble(ObjectNode node, Ensemble ensemble) {
    node.put("combine", ensemble.combination().name().toLowerCase(Locale.ROOT));
    ArrayNode members = node.putArray("members");
    for (int i = 0; i < ensemble.names().size(); i++) {
      members
          .addObject()
          .put("name", ensemble.names().get(i))
          .put("weight", rounded(ensemble.memberWeight(i)))
          .set("q99", numbers(rounded(ensemble.memberQ99(i))));
    }
  }

  /** What a model was made from. */
  static ObjectNode training(List<TrainingSeries> all) {
    ObjectNode training = object();
    ArrayNode data = training.putArray("data");
    for (TrainingSeries one : all) {
      data.addObject()
          .put("sym", one.sym())
          .put("file", one.file())
          .put("sha256", one.sha256())
          .put("rows", one.rows())
          .put("from", time(one.times()[0]))
          .put("to", time(one.times()[one.rows() - 1]));
    }
    training.put("from", time(all.stream().mapToLong(s -> s.times()[0]).min().orElseThrow()));
    training.put(
        "to",
        time(
            all.stream()
                .map(s -> s.times()[s.rows() - 1])
                .max(Comparator.naturalOrder())
                .orElseThrow()));
    return training;
  }

  static String time(long nanos) {
    return Instant.ofEpochSecond(EPOCH_SECONDS, nanos).toString();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Indented, but plain lists and small objects on one line. */
  static byte[] text(ObjectNode json) {
    StringBuilder text = new StringBuilder();
    put(json, 0, text);
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void put(JsonNode node, int indent, StringBuilder text) {
    String flat = node.toString();
    boolean plain = node.isArray() && (node.isEmpty() || node.get(0).isValueNode());
    if (node.isValueNode() || plain || flat.length() <= LINE - indent) {
      text.append(flat);
      return;
    }
    text.append(node.isArray() ? '[' : '{');
    String before = "\n" + " ".repeat(indent + 1);
    String separator = "";
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      text.append(separator).append(before);
      text.append(TextNode.valueOf(field.getKey())).append(": ");
      put(field.getValue(), indent + 1, text);
      separator = ",";
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      text.append(separator).append(before);
      put(node.get(i), indent + 1, text);
      separator = ",";
    }
    text.append('\n').append(" ".repeat(indent)).append(node.isArray() ? ']' : '}');
  }
}
