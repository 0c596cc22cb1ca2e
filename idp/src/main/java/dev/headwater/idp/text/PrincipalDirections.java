package dev.headwater.idp.text;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The directions of unit length in which vectors differ most, of their covariance, or carry most,
 * of their second moments: its eigenvectors, the largest first.
 *
 * @param vectors {@code [directions][width]}, at right angles to each other
 * @param values what each direction carries, the eigenvalue
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record PrincipalDirections(double[][] vectors, double[] values) {

  /**
   * Finds them.
   *
   * @param symmetric a matrix that is symmetric and has no negative eigenvalue
   * @param count how many directions at most
   * @param least an eigenvalue's share of the largest, up to which a direction is left out
   * @throws IllegalArgumentException if the matrix is not finite
   */
  public static PrincipalDirections of(double[][] symmetric, int count, double least) {
    int width = symmetric.length;
    EigenDecomposition_F64<DMatrixRMaj> found = DecompositionFactory_DDRM.eig(width, true, true);
    if (!found.decompose(new DMatrixRMaj(symmetric))) {
      throw new IllegalArgumentException("no directions in a matrix that is not finite");
    }
    double[] values =
        IntStream.range(0, width).mapToDouble(k -> found.getEigenvalue(k).real).toArray();
    double floor = least * IntStream.range(0, width).mapToDouble(k -> values[k]).max().orElse(0);
    int[] order =
        IntStream.range(0, width)
            .filter(k -> values[k] > floor)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -values[k]))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] vectors = new double[order.length][];
    double[] carried = new double[order.length];
    for (int d = 0; d < order.length; d++) {
      vectors[d] = found.getEigenVector(order[d]).data;
      carried[d] = values[order[d]];
    }
    return new PrincipalDirections(vectors, carried);
  }
}
