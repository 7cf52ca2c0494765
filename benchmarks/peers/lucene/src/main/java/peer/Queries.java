package peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.intervals.IntervalQuery;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Makes the query objects: the forms are those of {@code queries.py}. */
final class Queries {
  private static final Analyzer ANALYZER = Indexing.analyzer();

  private Queries() {}

  static Query of(JsonNode query) {
    List<String> words = new ArrayList<>();
    query.path("words").forEach(word -> words.add(stem(word.asText())));
    return switch (query.get("form").asText()) {
      case "term" -> term("text", words.get(0));
      case "and" -> all(words, Occur.MUST).build();
      case "or" -> all(words, Occur.SHOULD).build();
      case "phrase" -> new PhraseQuery("text", words.toArray(String[]::new));
      case "near" ->
          new IntervalQuery(
              "text",
              Intervals.maxgaps(
                  query.get("distance").asInt() - 1,
                  Intervals.unorderedNoOverlaps(
                      Intervals.term(words.get(0)), Intervals.term(words.get(1)))));
      case "or_date" ->
          new BooleanQuery.Builder()
              .add(all(words, Occur.SHOULD).build(), Occur.MUST)
              .add(
                  LongField.newRangeQuery(
                      "date", query.get("from_s").asLong(), query.get("until_s").asLong() - 1),
                  Occur.FILTER)
              .build();
      case "byline" ->
          new BooleanQuery.Builder()
              .add(term("text", words.get(0)), Occur.MUST)
              .add(term("byline", stem(query.get("name").asText())), Occur.FILTER)
              .build();
      case "prefix" -> new PrefixQuery(new Term("text", query.get("prefix").asText()));
      default -> throw new IllegalArgumentException(query.toString());
    };
  }

  private static String stem(String word) {
    try (TokenStream tokens = ANALYZER.tokenStream("text", word)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      tokens.incrementToken();
      return term.toString();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Query term(String field, String word) {
    return new TermQuery(new Term(field, word));
  }

  private static BooleanQuery.Builder all(List<String> words, Occur occur) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    words.forEach(word -> builder.add(term("text", word), occur));
    return builder;
  }
}
