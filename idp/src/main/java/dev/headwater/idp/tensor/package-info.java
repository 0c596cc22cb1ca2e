/**
 * What this module needs from DJL beyond its API: memory shared between Java and native code,
 * parameters, row tables, devices. Nothing here knows the method. Other modules come in to say
 * where to compute ({@link dev.headwater.idp.tensor.ComputeDevice}, the threads of {@link
 * dev.headwater.idp.tensor.Torch}) and for {@link dev.headwater.idp.tensor.DeviceRows}.
 */
@NullMarked
package dev.headwater.idp.tensor;

import org.jspecify.annotations.NullMarked;
