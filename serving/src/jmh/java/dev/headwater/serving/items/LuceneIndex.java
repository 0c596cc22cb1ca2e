package dev.headwater.serving.items;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.ByteBuffersDirectory;

/** Lucene's HNSW segments in memory: a changed row is deleted and added, and shown by a refresh. */
final class LuceneIndex implements ItemIndex {
  private final VectorTable table;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  LuceneIndex(VectorTable table) {
    this.table = table;
    try {
      IndexWriterConfig config = new IndexWriterConfig();
      config.setMergeScheduler(new SerialMergeScheduler());
      config.setRAMBufferSizeMB(64);
      writer = new IndexWriter(new ByteBuffersDirectory(), config);
      searchers = new SearcherManager(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "Lucene 9.12.3";
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        NumericDocValues rows =
            MultiDocValues.getNumericValues(searcher.getIndexReader(), "number");
        ScoreDoc[] found =
            searcher.search(new KnnFloatVectorQuery("vector", query, 60), best.capacity())
                .scoreDocs;
        java.util.Arrays.sort(found, java.util.Comparator.comparingInt(doc -> doc.doc));
        for (ScoreDoc doc : found) {
          if (rows != null && rows.advanceExact(doc.doc)) {
            best.offer((int) rows.longValue(), doc.score);
          }
        }
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void changed(int row) {
    float[] vector = new float[table.dim()];
    table.read(row, vector);
    Document document = new Document();
    document.add(new StringField("row", Integer.toString(row), Field.Store.NO));
    document.add(new NumericDocValuesField("number", row));
    document.add(
        new KnnFloatVectorField("vector", vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    try {
      writer.updateDocument(new Term("row", Integer.toString(row)), document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void removed(int row) {
    try {
      writer.deleteDocuments(new Term("row", Integer.toString(row)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void tick() {
    try {
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
