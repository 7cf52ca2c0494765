package peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * How Lucene's index is made.
 *
 * <p>One {@code text} field holds title and body (two values, frequencies and positions, both
 * stored), so that no query has to look in two fields; Snowball's English stems, every word
 * kept. The date is doc values and points at once ({@link LongField}). The default codec,
 * merge policy and scheduler; a RAM buffer of 512 MB.
 */
final class Indexing {
  static final int RAM_BUFFER_MB = 512;
  private static final int WARMING_ARTICLES = 20_000;
  static final String SETUP =
      "StandardTokenizer, possessive, lower case, Snowball English; one text field; LongField"
          + " date; RAM buffer " + RAM_BUFFER_MB + " MB; MMapDirectory; no query cache";

  private Indexing() {}

  /** Every word kept, stemmed; also what query words go through. */
  static Analyzer analyzer() {
    return new Analyzer() {
      @Override
      protected TokenStreamComponents createComponents(String field) {
        Tokenizer words = new StandardTokenizer();
        TokenStream tokens = new LowerCaseFilter(new EnglishPossessiveFilter(words));
        return new TokenStreamComponents(words, new SnowballFilter(tokens, new EnglishStemmer()));
      }
    };
  }

  /** Indexes some articles into memory and forgets them, so that all of it is compiled. */
  static void warm(List<Article> articles) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer()).setRAMBufferSizeMB(64);
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (Article article : articles.subList(0, Math.min(articles.size(), WARMING_ARTICLES))) {
        writer.addDocument(document(article));
      }
      writer.commit();
    }
  }

  static void index(List<Article> articles, Path path, int threads) throws Exception {
    IndexWriterConfig config = new IndexWriterConfig(analyzer()).setRAMBufferSizeMB(RAM_BUFFER_MB);
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer = new IndexWriter(directory, config)) {
      AtomicInteger next = new AtomicInteger();
      Callable<Void> work =
          () -> {
            for (int i = next.getAndIncrement(); i < articles.size(); i = next.getAndIncrement()) {
              writer.addDocument(document(articles.get(i)));
            }
            return null;
          };
      if (threads == 1) {
        work.call();
      } else {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
          for (Future<Void> one : pool.invokeAll(Collections.nCopies(threads, work))) {
            one.get();
          }
        } finally {
          pool.shutdown();
        }
      }
      writer.commit();
    }
  }

  static void merge(Path path) throws IOException {
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer()))) {
      writer.forceMerge(1);
      writer.commit();
    }
  }

  private static Document document(Article article) {
    Document document = new Document();
    document.add(new StringField("id", article.id(), Field.Store.YES));
    if (article.url() != null) {
      document.add(new StoredField("url", article.url()));
    }
    document.add(new TextField("text", article.title(), Field.Store.YES));
    document.add(new TextField("text", article.body(), Field.Store.YES));
    for (String name : article.byline()) {
      document.add(new TextField("byline", name, Field.Store.YES));
    }
    if (article.seconds() != null) {
      document.add(new LongField("date", article.seconds(), Field.Store.YES));
    }
    return document;
  }
}
