/** Tests of the text encoder; ONNX Runtime is the reference. */
package dev.headwater.idp.text;
