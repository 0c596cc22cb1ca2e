package dev.headwater.idp.cdim;

/**
 * What a row that nobody clicked yet is worth beyond the mean of its matches, for every user alike.
 * A row known only up to a squared distance {@code v} from its mean is worth more than the mean
 * says: {@code ln E[exp(σ e_u · e)] / σ = e_u · μ + σ |e_u|² v / 2 dim}, if all directions are
 * alike.
 *
 * <p>It becomes part of the row along a direction {@code d} with {@code e_u · d ≈ 1} for every
 * user, so that {@code e_i + b · d} scores higher by {@code b} whoever asks. By least squares over
 * user vectors, with a ridge that keeps the direction short. Under an encoder that reserves a
 * {@link dev.headwater.idp.encoder.BiasDimension} that dimension is found. Safe for many threads.
 */
public final class SpreadBonus {
  private static final double RIDGE = 1e-2;

  /**
   * A match's distance from the mean understates a new item's. With this factor nothing else has to
   * be added: the largest quarter at which warm validation users of amazon_office and
   * amazon_scientific lose no more than 2 % in the mean ({@code idp/RESULTS.md}, cold items).
   */
  private static final double UNSEEN = 3.5;

  private final float[] direction;
  private final double worthOfSpread;

  private SpreadBonus(float[] direction, double worthOfSpread) {
    this.direction = direction;
    this.worthOfSpread = worthOfSpread;
  }

  /**
   * Finds the direction.
   *
   * @param users vectors of users, one or more, all of one length
   * @param logitScale what scores are multiplied with in the model's softmax
   */
  public static SpreadBonus of(float[][] users, float logitScale) {
    int dim = users[0].length;
    double[] mean = new double[dim];
    double[][] moments = new double[dim][dim];
    for (float[] user : users) {
      for (int i = 0; i < dim; i++) {
        mean[i] += (double) user[i] / users.length;
        for (int k = 0; k <= i; k++) {
          moments[i][k] += (double) user[i] * user[k] / users.length;
        }
      }
    }
    double square = 0;
    for (int i = 0; i < dim; i++) {
      square += moments[i][i];
    }
    double ridge = Math.max(RIDGE * square / dim, Double.MIN_NORMAL);
    for (int i = 0; i < dim; i++) {
      moments[i][i] += ridge;
    }
    double[] found = solved(moments, mean);
    double reached = 0;
    for (int i = 0; i < dim; i++) {
      reached += found[i] * mean[i];
    }
    float[] direction = new float[dim];
    for (int i = 0; i < dim; i++) {
      direction[i] = (float) (reached > 0 ? found[i] / reached : 0);
    }
    return new SpreadBonus(direction, logitScale * square / (2 * dim));
  }

  /** Rows stay as they are. */
  static SpreadBonus none(int dim) {
    return new SpreadBonus(new float[dim], 0);
  }

  /**
   * The score that a generated row is worth beyond its mean.
   *
   * @param spread weighted mean of the squared distances of its matches from their mean
   */
  public double ofSpread(double spread) {
    return worthOfSpread * UNSEEN * spread;
  }

  /**
   * The row of an item that nobody clicked yet: the mean of its matches, raised by what their
   * spread is worth.
   *
   * @param mean generated without restoring the norm
   */
  float[] raised(GeneratedEmbedding mean) {
    return add(mean.vector(), ofSpread(mean.spread()));
  }

  /** The row, scoring higher by {@code bias}. */
  public float[] add(float[] row, double bias) {
    float[] result = row.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] += (float) (bias * direction[i]);
    }
    return result;
  }

  /** Solves {@code a x = b} by Cholesky; {@code a} is positive, its lower half is overwritten. */
  private static double[] solved(double[][] a, double[] b) {
    int n = b.length;
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
      for (int k = 0; k < i; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= a[k][i] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
