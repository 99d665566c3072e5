//! What EC2's XML says of instances, and its errors. Only what a rule reads is taken out.

use crate::domain::model::{Instance, MetadataOptions, Name};
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

/// A page of `DescribeInstances`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The instances; `Err` holds the id of one whose metadata options the answer does not tell.
    pub(super) instances: Vec<Result<Instance, Name>>,
    /// What asks for the next page.
    pub(super) next: Option<String>,
}

/// The page, if the text is one.
pub(super) fn page_of(text: &str) -> Option<Page> {
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    if !root.start_el().matches("DescribeInstancesResponse") {
        return None;
    }
    let mut page = Page::default();
    while let Some(mut tag) = root.next_tag() {
        match tag.start_el().local() {
            "reservationSet" => {
                each_item(&mut tag, |reservation| {
                    while let Some(mut tag) = reservation.next_tag() {
                        if tag.start_el().matches("instancesSet") {
                            each_item(&mut tag, |item| {
                                page.instances.extend(instance_of(item)?);
                                Ok(())
                            })?;
                        }
                    }
                    Ok(())
                })
                .ok()?;
            }
            "nextToken" => page.next = Some(text_of(&mut tag).ok()?).filter(|token| !token.is_empty()),
            _ => {}
        }
    }
    Some(page)
}

/// Code and message, if the text is an error of EC2.
pub(super) fn error_of(text: &str) -> Option<(String, String)> {
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    if !root.start_el().matches("Response") {
        return None;
    }
    let (mut code, mut message) = (None, String::new());
    while let Some(mut errors) = root.next_tag() {
        if !errors.start_el().matches("Errors") {
            continue;
        }
        while let Some(mut error) = errors.next_tag() {
            while let Some(mut tag) = error.next_tag() {
                match tag.start_el().local() {
                    "Code" => code = text_of(&mut tag).ok(),
                    "Message" => message = text_of(&mut tag).ok()?,
                    _ => {}
                }
            }
        }
    }
    Some((code?, message))
}

fn each_item<'inp>(
    list: &mut ScopedDecoder<'inp, '_>,
    mut read: impl FnMut(&mut ScopedDecoder<'inp, '_>) -> Result<(), XmlDecodeError>,
) -> Result<(), XmlDecodeError> {
    while let Some(mut item) = list.next_tag() {
        if item.start_el().matches("item") {
            read(&mut item)?;
        }
    }
    Ok(())
}

/// The instance; `None` for an item without an id.
fn instance_of(item: &mut ScopedDecoder<'_, '_>) -> Result<Option<Result<Instance, Name>>, XmlDecodeError> {
    let (mut id, mut profile_arn, mut metadata) = (None, None, None);
    while let Some(mut tag) = item.next_tag() {
        match tag.start_el().local() {
            "instanceId" => id = Some(Name::from(text_of(&mut tag)?)),
            "iamInstanceProfile" => {
                while let Some(mut tag) = tag.next_tag() {
                    if tag.start_el().matches("arn") {
                        profile_arn = Some(Name::from(text_of(&mut tag)?));
                    }
                }
            }
            "metadataOptions" => metadata = metadata_of(&mut tag)?,
            _ => {}
        }
    }
    Ok(id.map(|id| match metadata {
        Some(metadata) => Ok(Instance { id, profile_arn, metadata }),
        None => Err(id),
    }))
}

/// `None` where one of the three that decide is not told: never a default in its stead.
fn metadata_of(options: &mut ScopedDecoder<'_, '_>) -> Result<Option<MetadataOptions>, XmlDecodeError> {
    let (mut enabled, mut tokens_required, mut hop_limit) = (None, None, None);
    while let Some(mut tag) = options.next_tag() {
        match tag.start_el().local() {
            "httpEndpoint" => enabled = Some(text_of(&mut tag)? == "enabled"),
            "httpTokens" => tokens_required = Some(text_of(&mut tag)? == "required"),
            "httpPutResponseHopLimit" => hop_limit = text_of(&mut tag)?.trim().parse().ok(),
            _ => {}
        }
    }
    let all = (enabled, tokens_required, hop_limit);
    let (Some(enabled), Some(tokens_required), Some(hop_limit)) = all else { return Ok(None) };
    Ok(Some(MetadataOptions { enabled, tokens_required, hop_limit }))
}

fn text_of(tag: &mut ScopedDecoder<'_, '_>) -> Result<String, XmlDecodeError> {
    Ok(try_data(tag)?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_RESERVATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet>
 <item><reservationId>r-1</reservationId><groupSet/><instancesSet>
  <item><instanceId>i-0aaaaaaaa</instanceId><placement><availabilityZone>eu-west-1a</availabilityZone></placement>
   <iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/p&amp;q</arn><id>AIPA</id></iamInstanceProfile>
   <metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>
    <httpEndpoint>enabled</httpEndpoint></metadataOptions></item></instancesSet></item>
 <item><instancesSet><item><instanceId>i-0bbbbbbbb</instanceId>
   <metadataOptions><httpTokens>optional</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit>
    <httpEndpoint>disabled</httpEndpoint></metadataOptions></item>
   <item><instanceId>i-0cccccccc</instanceId></item></instancesSet></item></reservationSet>
 <nextToken>more==</nextToken></DescribeInstancesResponse>"#;

    #[test]
    fn instances_of_all_reservations_are_read() {
        let page = page_of(TWO_RESERVATIONS).unwrap();
        let options = |enabled, tokens_required, hop_limit| MetadataOptions { enabled, tokens_required, hop_limit };
        let profile = Some(Name::from("arn:aws:iam::111122223333:instance-profile/p&q"));
        let first = Instance { id: "i-0aaaaaaaa".into(), profile_arn: profile, metadata: options(true, true, 2) };
        let second = Instance { id: "i-0bbbbbbbb".into(), profile_arn: None, metadata: options(false, false, 1) };
        assert_eq!(page.instances, [Ok(first), Ok(second), Err("i-0cccccccc".into())]);
        assert_eq!(page.next.as_deref(), Some("more=="));
    }

    #[test]
    fn errors_are_told_from_pages_and_from_html() {
        let text = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no &lt;way&gt;</Message></Error>\
                    </Errors><RequestID>x</RequestID></Response>";
        assert_eq!(error_of(text), Some(("UnauthorizedOperation".to_owned(), "no <way>".to_owned())));
        for other in [TWO_RESERVATIONS, "<html><body>404</body></html>", "", "not xml", "<!DOCTYPE html><p>x"] {
            assert_eq!(error_of(other), None, "{other}");
        }
        assert_eq!(page_of("<html><body>502</body></html>"), None);
        assert_eq!(page_of(text), None);
    }
}
