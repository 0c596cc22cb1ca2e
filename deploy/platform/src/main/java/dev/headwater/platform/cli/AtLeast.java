package dev.headwater.platform.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A flag's number that makes no sense below a bound. */
public abstract class AtLeast<N extends Number> implements ITypeConverter<N> {
  private final double bound;
  private final Function<String, N> parse;
  private final String kind;

  private AtLeast(double bound, Function<String, N> parse, String kind) {
    this.bound = bound;
    this.parse = parse;
    this.kind = kind;
  }

  @Override
  public final N convert(String value) {
    N number;
    try {
      number = parse.apply(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + value + "' is not a " + kind);
    }
    if (!(number.doubleValue() >= bound) || Double.isInfinite(number.doubleValue())) {
      throw new TypeConversionException("must be at least " + (long) bound + ", not " + value);
    }
    return number;
  }

  /** Items, seconds: what is counted and cannot be none. */
  public static final class OneWhole extends AtLeast<Integer> {
    /** For picocli. */
    public OneWhole() {
      super(1, Integer::valueOf, "whole number");
    }
  }

  /** What is counted and may be none. */
  public static final class ZeroWhole extends AtLeast<Integer> {
    /** For picocli. */
    public ZeroWhole() {
      super(0, Integer::valueOf, "whole number");
    }
  }

  /** A rate that cannot be none. */
  public static final class One extends AtLeast<Double> {
    /** For picocli. */
    public One() {
      super(1, Double::valueOf, "number");
    }
  }

  /** A rate or a time that may be none. */
  public static final class Zero extends AtLeast<Double> {
    /** For picocli. */
    public Zero() {
      super(0, Double::valueOf, "number");
    }
  }
}
