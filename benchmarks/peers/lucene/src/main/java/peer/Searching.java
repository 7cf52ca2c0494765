package peer;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.queries.mlt.MoreLikeThis;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;

/** Searches in one thread, without a query cache, over a memory-mapped index. */
final class Searching {
  /** What may be asked; the names are those of {@code protocol.py}. */
  enum Command {
    TOP10,
    TOP10_TOTAL,
    TOTAL,
    TOP1000
  }

  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  Searching(Path path) throws IOException {
    reader = DirectoryReader.open(MMapDirectory.open(path));
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  /** Ranks by BM25 with these constants, in place of Lucene's own (1.2 and 0.75). */
  void rankBy(float k1, float b) {
    searcher.setSimilarity(new BM25Similarity(k1, b));
  }

  /** The terms of a text that tell it apart, weighted; MoreLikeThis with its own defaults. */
  Query like(String text) throws IOException {
    MoreLikeThis terms = new MoreLikeThis(reader);
    terms.setAnalyzer(Indexing.analyzer());
    terms.setBoost(true);
    return terms.like("text", new StringReader(text));
  }

  int documents() {
    return reader.numDocs();
  }

  int segments() {
    return reader.leaves().size();
  }

  /** The exact total, or -1 where none was asked for. */
  long run(Command command, Query query) throws IOException {
    return switch (command) {
      case TOP10 -> best(query, 10, 10).scoreDocs.length < 0 ? 0 : -1;
      case TOP10_TOTAL -> Totals.of(best(query, 10, Integer.MAX_VALUE));
      case TOTAL -> searcher.count(query);
      case TOP1000 -> best(query, 1000, 1000).scoreDocs.length < 0 ? 0 : -1;
    };
  }

  /** Counting beyond {@code threshold} may stop: what cannot be among the best is skipped. */
  private TopDocs best(Query query, int limit, int threshold) throws IOException {
    return searcher.search(query, new TopScoreDocCollectorManager(limit, threshold));
  }

  List<String> ids(Query query, int limit) throws IOException {
    List<String> ids = new ArrayList<>();
    for (ScoreDoc hit : best(query, limit, limit).scoreDocs) {
      ids.add(searcher.storedFields().document(hit.doc).get("id"));
    }
    return ids;
  }
}
