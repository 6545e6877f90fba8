"""The demo's data: the 112 Mission Cities, told half in Notion and half in SharePoint.

* `facts` reads the files of `data/`, whose README says what is real and what is invented.
* `working` invents the working facts of a city; `sides` decides what stands on which side, and how it is spelled.
* `calendar` and `work` say what the groups keep besides: meetings, actions, decisions, needs; `work_words` how it is
  called on either side, and `notion_work` and `sharepoint_work` write it.
* `minutes` are the notes of their meetings: pages in Notion, files in SharePoint, which `word` makes; `workbook` makes
  the one with group C's needs.
* `sharepoint` and `notion` fill the two services as people would have filled them.
* `story` puts together a whole sandbox: seeded services and the environment lines that point at them.
"""
