package peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One article of the prepared corpus; {@code seconds} is null without a date. */
record Article(
    String id, String title, String body, List<String> byline, String url, Long seconds) {

  static Article of(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.get("byline").forEach(name -> names.add(name.asText()));
    return new Article(
        json.get("id").asText(),
        json.get("title").asText(),
        json.get("body").asText(),
        names,
        json.hasNonNull("url") ? json.get("url").asText() : null,
        json.hasNonNull("date_s") ? json.get("date_s").asLong() : null);
  }
}
