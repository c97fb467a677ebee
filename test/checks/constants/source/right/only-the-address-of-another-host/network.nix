# status: unknown
{
  nas2TailscaleIP = "100.64.0.9";
}
