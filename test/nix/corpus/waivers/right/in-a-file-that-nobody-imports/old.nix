{ ... }: {
  # hsdoctor: ignore nothing
}
