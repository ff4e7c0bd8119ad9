! Weighs each sample by the inverse of its loss: a plain function that knows nothing of brhost.
! inverse-loss.brhost.json says what it is and how it is called; there is no header and no library to use.

subroutine inverse_loss(batch, loss, power, offset, weight) bind(c, name="inverse_loss")
  use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int32_t
  implicit none
  integer(c_int32_t), intent(in) :: batch   ! arguments come by reference: ":ref" in the manifest
  real(c_float), intent(in) :: loss(batch)
  real(c_double), intent(in) :: power
  real(c_double), intent(in) :: offset      ! keeps the weight of a loss of 0 finite
  real(c_float), intent(out) :: weight(batch)
  real(c_double) :: share(batch)

  share = (max(real(loss, c_double), 0.0_c_double) + offset)**(-power)
  weight = real(share / sum(share), c_float)
end subroutine inverse_loss
