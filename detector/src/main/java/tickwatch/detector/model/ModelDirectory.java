package tickwatch.detector.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.preprocess.Scaler;

/**
 * A model directory, {@code model.json} and a TorchScript file, or what ensembles have learnt, or
 * both, read and checked whole: all forms of {@code docs/model-format.md}, format version 1.
 *
 * <p>The network is kept as the bytes whose hash was checked, so that what is loaded is what was
 * checked even if the file changes.
 */
public final class ModelDirectory {
  /** Far above any forecaster; a file beyond it is none. */
  private static final long MAX_NETWORK_BYTES = 1L << 30;

  private static final long MAX_JSON_BYTES = 64L << 20;
  private static final int MAX_WINDOW = 1 << 20;
  private static final int MAX_BATCH = 1 << 16;
  private static final double DEFAULT_BAND = 3;
  private static final List<Integer> DEFAULT_BATCH_SIZES = List.of(1, 8, 32, 128);

  /** Inputs, and the outputs that are expected of them. */
  public static final String GOLDEN = "golden.json";

  /** How the losses went. */
  public static final String LOSSES = "loss.svg";

  private final Path directory;
  private final Model model;
  private final Map<String, byte[]> files;
  private final byte[] network;

  private ModelDirectory(Path directory, Model model, Map<String, byte[]> files, byte[] network) {
    this.directory = directory;
    this.model = model;
    this.files = files;
    this.network = network;
  }

  /**
   * Reads a directory.
   *
   * @throws ModelException if anything in it is not as the format says
   */
  public static ModelDirectory read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          "model "
              + directory
              + ": no such directory (expected: a directory with model.pt and model.json)");
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("model.json", GOLDEN, LOSSES)) {
      Path file = directory.resolve(name);
      if (name.equals("model.json") || Files.isRegularFile(file)) {
        files.put(name, readFile(file, MAX_JSON_BYTES));
      }
    }
    return read(directory, files);
  }

  /**
   * A directory that is not written yet.
   *
   * @param directory that it will be, for what is said of it
   * @param files all of them, by name
   * @throws ModelException if anything in it is not as the format says
   */
  public static ModelDirectory of(Path directory, Map<String, byte[]> files) {
    return read(directory, new LinkedHashMap<>(files));
  }

  /** The files that are not among the given ones are read from disk. */
  private static ModelDirectory read(Path directory, Map<String, byte[]> files) {
    Path json = directory.resolve("model.json");
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(files.get("model.json"));
    } catch (JsonProcessingException e) {
      throw new ModelException(json + ": not JSON: " + BadJson.of(e), e);
    } catch (IOException e) {
      throw unreadable(json, e);
    }
    Members members = new Members(json, "", root);
    int formatVersion = members.whole("formatVersion", 1, Integer.MAX_VALUE);
    if (formatVersion != 1) {
      throw new ModelException(
          json
              + ": formatVersion: "
              + formatVersion
              + " (expected: 1; this model needs a newer tickwatch)");
    }
    String name = fileName(members, "model.pt");
    Path file = directory.resolve(name);
    byte[] bytes = files.computeIfAbsent(name, any -> readFile(file, MAX_NETWORK_BYTES));
    String sha256 = sha256(bytes);
    Members ensemble = members.has("ensemble") ? members.object("ensemble") : null;
    if (ensemble != null && !ensemble.has("file")) {
      requireHash(file, sha256, members.text("sha256", null));
      return new ModelDirectory(
          directory, ensemble(members, learnt(file, bytes), sha256), files, new byte[0]);
    }
    Model model = model(members, sha256);
    boolean shortForm = model.defaults().scoring() instanceof Scoring.PerChannel;
    String wanted = shortForm ? members.text("sha256", sha256) : members.text("sha256", null);
    requireHash(file, sha256, wanted);
    if (ensemble != null) {
      String besideName = fileName(ensemble, null);
      Path beside = directory.resolve(besideName);
      byte[] learnt = files.computeIfAbsent(besideName, any -> readFile(beside, MAX_NETWORK_BYTES));
      String hash = sha256(learnt);
      requireHash(beside, hash, ensemble.text("sha256", null));
      model =
          model.withEnsemble(
              learnt(beside, learnt), sha256((sha256 + hash).getBytes(StandardCharsets.UTF_8)));
    }
    return new ModelDirectory(directory, model, files, bytes);
  }

  private static String fileName(Members members, @Nullable String otherwise) {
    String file = members.text("file", otherwise);
    if (file.isEmpty()
        || file.contains("/")
        || file.contains("\\")
        || file.equals(".")
        || file.equals("..")) {
      throw members.wrong("file", '"' + file + '"', "a file name in the same directory");
    }
    return file;
  }

  private static byte[] readFile(Path file, long limit) {
    try {
      return readAtMost(file, limit);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void requireHash(Path file, String found, String wanted) {
    if (!wanted.equals(found)) {
      throw new ModelException(
          file
              + ": sha256 is "
              + found
              + " (expected: "
              + wanted
              + ", as model.json says; the two files do not belong together)");
    }
  }

  private static Model ensemble(Members members, LearntNumbers learnt, String sha256) {
    List<String> names =
        members.object("input").objects("channels").stream()
            .map(channel -> channel.text("name", null))
            .toList();
    if (names.isEmpty() || Set.copyOf(names).size() != names.size()) {
      throw members.wrong("input.channels", names.toString(), "at least one channel, each once");
    }
    return Model.learnt(
        members.text("name", null), members.text("version", ""), names, sha256, learnt);
  }

  private static LearntNumbers learnt(Path file, byte[] bytes) {
    try {
      return LearntNumbers.read(bytes);
    } catch (IOException e) {
      throw new ModelException(
          file
              + ": "
              + e.getMessage()
              + " (expected: what tickwatch train of this version has written)",
          e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** Its files by name: those that the format knows. */
  public Map<String, byte[]> files() {
    return Map.copyOf(files);
  }

  public Model model() {
    return model;
  }

  /** The TorchScript file, from its first byte. */
  public InputStream network() {
    return new ByteArrayInputStream(network);
  }

  private static Model model(Members members, String sha256) {
    Members input = members.object("input");
    int window = input.whole("window", 1, MAX_WINDOW);
    int horizon = input.has("horizon") ? input.whole("horizon", 0, MAX_WINDOW) : 1;
    double inputClip = input.has("clip") ? input.above("clip", 0) : Double.POSITIVE_INFINITY;
    List<String> names = new ArrayList<>();
    List<String> units = new ArrayList<>();
    List<Members> channels = input.objects("channels");
    if (channels.isEmpty()) {
      throw input.wrong("channels", "an empty list", "at least one channel");
    }
    Set<String> seen = new HashSet<>();
    for (Members channel : channels) {
      String name = channel.text("name", null);
      if (name.isEmpty() || !seen.add(name)) {
        throw channel.wrong("name", '"' + name + '"', "a name, each once");
      }
      names.add(name);
      units.add(channel.text("unit", ""));
    }
    SensorModel defaults =
        new SensorModel(scaler(channels), scoring(members, members, names.size()));
    Map<String, SensorModel> syms = new HashMap<>();
    if (members.has("syms")) {
      Members all = members.object("syms");
      for (String sym : all.names()) {
        Members own = all.object(sym);
        Scaler scaler = defaults.scaler();
        if (own.has("channels")) {
          List<Members> ownChannels = own.objects("channels");
          List<String> ownNames =
              ownChannels.stream().map(channel -> channel.text("name", null)).toList();
          if (!ownNames.equals(names)) {
            throw own.wrong("channels", ownNames.toString(), "the input's channels, " + names);
          }
          scaler = scaler(ownChannels);
        }
        syms.put(sym, new SensorModel(scaler, scoring(members, own, names.size())));
      }
    }
    return new Model(
        members.text("name", null),
        members.text("version", ""),
        window,
        horizon,
        inputClip,
        names,
        units,
        defaults,
        syms,
        batchSizes(members),
        sha256,
        LearntNumbers.none(),
        template(members));
  }

  /** What the network was made of, if it is one of ours. */
  private static @Nullable Template template(Members members) {
    if (!members.has("architecture") || !members.node("architecture").isObject()) {
      return null;
    }
    Members architecture = members.object("architecture");
    if (!architecture.has("hidden") || !architecture.has("layers")) {
      return null;
    }
    String kind = architecture.text("kind", "");
    return Architecture.names().contains(kind)
        ? new Template(
            Architecture.of(kind),
            architecture.whole("hidden", 1, MAX_WINDOW),
            architecture.whole("layers", 1, MAX_WINDOW))
        : null;
  }

  private static Scaler scaler(List<Members> channels) {
    double[] centre = new double[channels.size()];
    double[] scale = new double[channels.size()];
    for (int c = 0; c < centre.length; c++) {
      centre[c] = channels.get(c).number("centre");
      scale[c] = channels.get(c).above("scale", 0);
    }
    return new Scaler(centre, scale);
  }

  /** A member of {@code own} replaces the one of {@code root} whole. */
  private static Scoring scoring(Members root, Members own, int channels) {
    Members threshold = (own.has("threshold") ? own : root).object("threshold");
    String method = threshold.text("method", null);
    boolean shortForm = root.object("threshold").text("method", null).equals("perChannel");
    if (shortForm != method.equals("perChannel")) {
      throw threshold.wrong("method", '"' + method + '"', "perChannel for all sensors or for none");
    }
    if (method.equals("perChannel")) {
      return new Scoring.PerChannel(threshold.numbersAboveZero("values", channels));
    }
    if (!method.equals("pot") && !method.equals("fixed")) {
      throw threshold.wrong("method", '"' + method + '"', "pot, fixed or perChannel");
    }
    double value = threshold.number("value");
    double normal = threshold.has("normal") ? threshold.number("normal") : 0;
    if (normal >= value) {
      throw threshold.wrong("normal", Double.toString(normal), "less than value, " + value);
    }
    Members residual = (own.has("residual") ? own : root).object("residual");
    Members score = (own.has("score") ? own : root).object("score");
    List<Members> speeds = score.objects("speeds");
    if (speeds.isEmpty()) {
      throw score.wrong("speeds", "an empty list", "at least one speed");
    }
    double[] halfLives = new double[speeds.size()];
    double[] q99 = new double[speeds.size()];
    for (int i = 0; i < halfLives.length; i++) {
      halfLives[i] = speeds.get(i).number("halfLife");
      if (halfLives[i] < 0) {
        throw speeds.get(i).wrong("halfLife", Double.toString(halfLives[i]), "0 or more rows");
      }
      q99[i] = speeds.get(i).above("q99", 0);
    }
    return new Scoring.Normalised(
        residual.numbersAboveZero("scale", channels),
        residual.has("clip") ? residual.above("clip", 0) : Double.POSITIVE_INFINITY,
        residual.has("power") ? residual.above("power", 0) : 1,
        residual.has("band") ? residual.above("band", 0) : DEFAULT_BAND,
        score.has("cap") ? score.above("cap", 0) : Double.POSITIVE_INFINITY,
        halfLives,
        q99,
        value,
        normal);
  }

  private static List<Integer> batchSizes(Members members) {
    if (!members.has("batchSizes")) {
      return DEFAULT_BATCH_SIZES;
    }
    JsonNode list = members.node("batchSizes");
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode size : list) {
      int last = sizes.isEmpty() ? 0 : sizes.get(sizes.size() - 1);
      if (!size.isIntegralNumber()
          || !size.canConvertToInt()
          || size.intValue() <= last
          || size.intValue() > MAX_BATCH) {
        throw members.wrong(
            "batchSizes", list.toString(), "ascending numbers from 1 to " + MAX_BATCH);
      }
      sizes.add(size.intValue());
    }
    if (!list.isArray() || sizes.isEmpty()) {
      throw members.wrong("batchSizes", list.toString(), "a list of at least one number");
    }
    return sizes;
  }

  private static byte[] readAtMost(Path file, long limit) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          file + ": no such file (expected: a directory with model.json and all that it names)");
    }
    long byteLength = Files.size(file);
    if (byteLength > limit) {
      throw new ModelException(file + ": " + byteLength + " bytes (expected: <= " + limit + ")");
    }
    return Files.readAllBytes(file);
  }

  private static ModelException unreadable(Path file, IOException e) {
    return new ModelException(file + ": cannot be read: " + e, e);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The members of one JSON object, with where they stand for the sentences. */
  private static final class Members {
    private final Path file;
    private final String path;
    private final JsonNode node;

    Members(Path file, String path, JsonNode node) {
      this.file = file;
      this.path = path;
      this.node = node;
      if (!node.isObject()) {
        throw new ModelException(
            file + ": " + (path.isEmpty() ? "the whole" : path) + " is no object");
      }
    }

    ModelException wrong(String member, String found, String expected) {
      return new ModelException(
          file + ": " + at(member) + ": " + found + " (expected: " + expected + ")");
    }

    private String at(String member) {
      return path.isEmpty() ? member : path + "." + member;
    }

    boolean has(String member) {
      return node.hasNonNull(member);
    }

    List<String> names() {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      return names;
    }

    JsonNode node(String member) {
      JsonNode found = node.get(member);
      if (found == null || found.isNull()) {
        throw new ModelException(file + ": " + at(member) + " is missing");
      }
      return found;
    }

    Members object(String member) {
      return new Members(file, at(member), node(member));
    }

    List<Members> objects(String member) {
      JsonNode list = node(member);
      if (!list.isArray()) {
        throw wrong(member, list.getNodeType().toString(), "a list");
      }
      List<Members> all = new ArrayList<>();
      for (JsonNode item : list) {
        all.add(new Members(file, at(member) + "[" + all.size() + "]", item));
      }
      return all;
    }

    /**
     * A text member.
     *
     * @param fallback where it is absent; null if it must be there
     */
    String text(String member, @Nullable String fallback) {
      if (fallback != null && !has(member)) {
        return fallback;
      }
      JsonNode found = node(member);
      if (!found.isTextual()) {
        throw wrong(member, found.toString(), "a text");
      }
      return found.textValue();
    }

    double number(String member) {
      return finite(member, node(member));
    }

    double above(String member, double floor) {
      double found = number(member);
      if (!(found > floor)) {
        throw wrong(member, Double.toString(found), "above " + floor);
      }
      return found;
    }

    int whole(String member, int least, int most) {
      JsonNode found = node(member);
      if (!found.isIntegralNumber()
          || !found.canConvertToInt()
          || found.intValue() < least
          || found.intValue() > most) {
        throw wrong(member, found.toString(), "a whole number from " + least + " to " + most);
      }
      return found.intValue();
    }

    double[] numbersAboveZero(String member, int count) {
      JsonNode list = node(member);
      if (!list.isArray() || list.size() != count) {
        throw wrong(
            member,
            list.isArray() ? list.size() + " numbers" : list.toString(),
            count + " numbers, one a channel");
      }
      double[] numbers = new double[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = finite(member + "[" + i + "]", list.get(i));
        if (numbers[i] <= 0) {
          throw wrong(member + "[" + i + "]", Double.toString(numbers[i]), "above 0");
        }
      }
      return numbers;
    }

    private double finite(String member, JsonNode found) {
      if (!found.isNumber() || !Double.isFinite(found.doubleValue())) {
        throw wrong(member, found.toString(), "a finite number");
      }
      return found.doubleValue();
    }
  }
}
