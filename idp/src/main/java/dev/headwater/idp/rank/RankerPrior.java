package dev.headwater.idp.rank;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The weights before a domain's first click: the mean of what was learned on the last events of
 * grocery and books, each from scratch, with bundles that had not seen them; but what contexts said
 * of the squares of shares is left out or lessened: added up, it put a sure favourite of the rows
 * last where nothing else is known. They stand in a table, a column a {@link Feature} by name and a
 * row a context.
 */
public final class RankerPrior {
  private static final String TABLE = "ranker-prior.csv";
  private static final float[][] LEARNED = read();

  private RankerPrior() {}

  /** The same for every domain. */
  public static RankerWeights weights() {
    return new RankerWeights(0, LEARNED);
  }

  private static float[][] read() {
    InputStream in =
        Objects.requireNonNull(RankerPrior.class.getResourceAsStream(TABLE), "no " + TABLE);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      int[] columns =
          Arrays.stream(lines.readLine().split(",", -1))
              .mapToInt(name -> Feature.valueOf(name).column())
              .toArray();
      List<float[]> rows = lines.lines().map(line -> row(line, columns)).toList();
      return rows.toArray(float[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] row(String line, int[] columns) {
    String[] values = line.split(",", -1);
    float[] row = new float[Feature.COUNT];
    for (int i = 0; i < columns.length; i++) {
      row[columns[i]] = Float.parseFloat(values[i]);
    }
    return row;
  }
}
