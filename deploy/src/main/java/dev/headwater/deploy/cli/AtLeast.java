package dev.headwater.deploy.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A flag's number that makes no sense below one: items, seconds, a rate. */
final class AtLeastOne {
  private AtLeastOne() {}

  private static <N extends Number> N check(N number) {
    if (!(number.doubleValue() >= 1)) {
      throw new TypeConversionException("must be at least 1, not " + number);
    }
    return number;
  }

  /** For flags that count. */
  static final class Whole implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        return check(Integer.valueOf(value));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is not a whole number");
      }
    }
  }

  /** For flags that measure. */
  static final class Measure implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        return check(Double.valueOf(value));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is not a number");
      }
    }
  }
}
