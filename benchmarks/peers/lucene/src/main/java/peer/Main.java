package peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.search.Query;

/** Answers the requests of {@code protocol.py} for Lucene: JSON lines in, JSON lines out. */
public final class Main {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<Query>> queries = new LinkedHashMap<>();
  private List<Article> articles = List.of();
  private Searching searching;

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err); // what libraries print goes elsewhere
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Main main = new Main();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode request = JSON.readTree(line);
      if (request.get("do").asText().equals("quit")) {
        return;
      }
      ObjectNode answer;
      try {
        answer = main.answer(request);
      } catch (Exception error) {
        error.printStackTrace();
        answer = JSON.createObjectNode().put("error", error.toString());
      }
      out.println(JSON.writeValueAsString(answer));
      out.flush();
    }
  }

  private ObjectNode answer(JsonNode request) throws Exception {
    ObjectNode answer = JSON.createObjectNode();
    switch (request.get("do").asText()) {
      case "describe" -> {
        answer.putArray("threads").add(1).add(2);
        answer.put("version", org.apache.lucene.util.Version.LATEST.toString());
        answer.put("java", Runtime.version().toString());
        answer.put("setup", Indexing.SETUP);
      }
      case "load" -> {
        articles = load(Path.of(request.get("corpus").asText()), request.get("articles"));
        answer.put("articles", articles.size());
      }
      case "index" -> {
        Path path = Path.of(request.get("path").asText());
        if (!request.path("cold").asBoolean()) { // of no use where nothing is timed
          Indexing.warm(articles);
        }
        Usage usage = new Usage();
        Indexing.index(articles, path, request.get("threads").asInt());
        usage.put(answer, "");
        answer.put("bytes", size(path));
      }
      case "merge" -> {
        Path path = Path.of(request.get("path").asText());
        Usage usage = new Usage();
        Indexing.merge(path);
        usage.put(answer, "merge_");
        answer.put("merged_bytes", size(path));
      }
      case "open" -> {
        searching = new Searching(Path.of(request.get("path").asText()));
        if (request.hasNonNull("k1")) {
          searching.rankBy((float) request.get("k1").asDouble(), (float) request.get("b").asDouble());
        }
        answer.put("documents", searching.documents());
        answer.put("segments", searching.segments());
        for (Searching.Command command : Searching.Command.values()) {
          answer.withArray("commands").add(command.name().toLowerCase());
        }
      }
      case "prepare" -> {
        List<Query> prepared = new ArrayList<>();
        for (JsonNode query : request.get("queries")) {
          boolean like = query.get("form").asText().equals("like");
          prepared.add(like ? searching.like(query.get("text").asText()) : Queries.of(query));
        }
        queries.put(request.get("kind").asText(), prepared);
      }
      case "warm" -> warm(request.get("seconds").asDouble());
      case "time" -> time(request, answer);
      case "ids" -> {
        ArrayNode all = answer.putArray("ids");
        for (Query query : queries.get(request.get("kind").asText())) {
          ArrayNode ids = all.addArray();
          searching.ids(query, request.get("limit").asInt()).forEach(ids::add);
        }
      }
      default -> throw new IllegalArgumentException(request.get("do").asText());
    }
    return answer;
  }

  private static List<Article> load(Path corpus, JsonNode limit) throws Exception {
    List<Article> found = new ArrayList<>();
    try (Stream<String> lines = Files.lines(corpus)) {
      var iterator = lines.iterator();
      long count = limit == null || limit.isNull() ? Long.MAX_VALUE : limit.asLong();
      while (iterator.hasNext() && found.size() < count) {
        found.add(Article.of(JSON.readTree(iterator.next())));
      }
    }
    return found;
  }

  private static long size(Path path) throws Exception {
    try (Stream<Path> files = Files.list(path)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /**
   * Runs everything that will be timed, round and round, so that all of it is compiled: for
   * {@code seconds}, and then until that long has passed without a quicker round, but no more
   * than six times as long.
   */
  private void warm(double seconds) throws Exception {
    long step = (long) (seconds * 1e9);
    long started = System.nanoTime();
    long quickest = Long.MAX_VALUE;
    long improved = started;
    long now = started;
    while (now - improved < step && now - started < 6 * step) {
      long before = now;
      for (List<Query> kind : queries.values()) {
        for (Searching.Command command : Searching.Command.values()) {
          for (Query query : kind) {
            searching.run(command, query);
          }
        }
      }
      now = System.nanoTime();
      if (now - before < 0.97 * quickest) {
        quickest = now - before;
        improved = now;
      }
    }
  }

  /** The same passes as in {@code protocol.py}: one to warm up, then {@code repeats}. */
  private void time(JsonNode request, ObjectNode answer) throws Exception {
    var command = Searching.Command.valueOf(request.get("command").asText().toUpperCase());
    List<Query> kind = queries.get(request.get("kind").asText());
    if (request.hasNonNull("first")) {
      kind = kind.subList(0, Math.min(kind.size(), request.get("first").asInt()));
    }
    int repeats = request.get("repeats").asInt();
    long until = System.nanoTime() + (long) (request.get("budget_s").asDouble() * 1e9);
    List<long[]> passes = new ArrayList<>();
    long[] results = new long[kind.size()];
    double cpuOfWall = 0;
    while (passes.size() <= repeats && (System.nanoTime() < until || passes.isEmpty())) {
      long cpuStarted = Usage.threadNanos();
      long wallStarted = System.nanoTime();
      long[] row = new long[kind.size()];
      for (int i = 0; i < row.length; i++) {
        long started = System.nanoTime();
        results[i] = searching.run(command, kind.get(i));
        row[i] = System.nanoTime() - started;
      }
      cpuOfWall =
          (double) (Usage.threadNanos() - cpuStarted) / Math.max(1, System.nanoTime() - wallStarted);
      passes.add(row);
    }
    if (passes.size() > 1) {
      passes.remove(0);
    }
    answer.put("passes", passes.size());
    answer.put("cpu_of_wall", cpuOfWall);
    ArrayNode best = answer.putArray("best_us");
    ArrayNode median = answer.putArray("median_us");
    ArrayNode totals = answer.putArray("totals");
    for (int i = 0; i < kind.size(); i++) {
      int query = i;
      long[] column = passes.stream().mapToLong(row -> row[query]).sorted().toArray();
      int middle = column.length / 2;
      best.add(column[0] / 1000.0);
      median.add(
          (column.length % 2 == 1 ? column[middle] : (column[middle - 1] + column[middle]) / 2.0)
              / 1000.0);
      if (results[i] < 0) {
        totals.addNull();
      } else {
        totals.add(results[i]);
      }
    }
  }
}
